data "google_iam_policy" "app" {
  binding {
    role    = "roles/owner" # ! google-iam-service-account-admin
    members = ["serviceAccount:app@shop.iam.gserviceaccount.com"]
  }
}
