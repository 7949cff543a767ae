resource "google_project_iam_policy" "app" {
  project     = "shop"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/iam.serviceAccountUser" # ! google-iam-impersonation
    members = ["group:developers@example.com"]
  }
}
