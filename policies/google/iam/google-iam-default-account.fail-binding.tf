resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/logging.logWriter"
  members = ["serviceAccount:shop@appspot.gserviceaccount.com"] # ! google-iam-default-account
}
