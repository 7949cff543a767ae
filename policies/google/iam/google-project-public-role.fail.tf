resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/viewer"
  members = ["group:team@example.com", "allUsers"] # ! google-project-public-role
}
