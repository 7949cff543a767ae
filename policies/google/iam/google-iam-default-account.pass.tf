resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
