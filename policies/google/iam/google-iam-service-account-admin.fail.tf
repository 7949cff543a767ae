resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/storage.admin" # ! google-iam-service-account-admin
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
