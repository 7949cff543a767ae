resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/viewer"
  member  = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
