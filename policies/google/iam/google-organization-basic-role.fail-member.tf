resource "google_organization_iam_member" "app" {
  org_id = "1234"
  role   = "roles/owner" # ! google-organization-basic-role
  member = "group:administrators@example.com"
}
