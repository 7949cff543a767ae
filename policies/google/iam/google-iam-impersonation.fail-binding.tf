resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/iam.serviceAccountUser" # ! google-iam-impersonation
  members = ["serviceAccount:deploy@shop.iam.gserviceaccount.com"]
}
