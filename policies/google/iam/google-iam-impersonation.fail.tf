resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/iam.serviceAccountTokenCreator" # ! google-iam-impersonation
  member  = "group:developers@example.com"
}
