resource "google_project_iam_policy" "app" {
  project     = "shop"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/owner" # ! google-project-basic-role
    members = ["group:administrators@example.com"]
  }
}
