data "google_iam_policy" "app" {
  binding {
    role    = "roles/logging.viewer"
    members = ["user:jo@example.com"] # ! google-iam-user-role
  }
}
