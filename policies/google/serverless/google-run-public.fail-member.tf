resource "google_cloud_run_v2_service_iam_member" "app" {
  name   = "app"
  role   = "roles/run.invoker"
  member = "allAuthenticatedUsers" # ! google-run-public
}
