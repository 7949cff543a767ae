resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
