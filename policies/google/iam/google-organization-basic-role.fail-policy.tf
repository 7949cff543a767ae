resource "google_folder_iam_policy" "app" {
  folder      = "folders/1234"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/owner" # ! google-organization-basic-role
    members = ["group:administrators@example.com"]
  }
}
