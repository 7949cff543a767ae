resource "google_project_iam_policy" "app" {
  project     = "shop"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/viewer"
    members = ["allUsers"] # ! google-project-public-role
  }
}
