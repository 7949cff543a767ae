resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/owner" # ! google-project-basic-role
  members = ["group:administrators@example.com"]
}
