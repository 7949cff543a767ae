resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/logging.viewer"
  member  = "user:jo@gmail.com" # ! google-iam-consumer-account
}
