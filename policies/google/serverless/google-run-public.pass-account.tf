resource "google_cloud_run_v2_service_iam_member" "app" {
  name   = "app"
  role   = "roles/run.invoker"
  member = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
