resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/logging.viewer"
  members = ["user:jo@gmail.com"] # ! google-iam-consumer-account
}
