resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/logging.viewer"
  members = ["user:jo@example.com"] # ! google-iam-user-role
}
