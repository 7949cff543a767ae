resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:1234567890-compute@developer.gserviceaccount.com" # ! google-iam-default-account
}
