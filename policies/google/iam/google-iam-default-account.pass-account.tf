resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:${google_service_account.app.email}"
}

resource "google_service_account" "app" {
  account_id = "app"
}
