resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/editor" # ! google-iam-service-account-admin
  members = ["serviceAccount:app@shop.iam.gserviceaccount.com"]
}
