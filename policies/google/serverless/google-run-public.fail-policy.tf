resource "google_cloud_run_v2_service_iam_policy" "app" {
  name        = "app"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/run.invoker"
    members = ["allUsers"] # ! google-run-public
  }
}
