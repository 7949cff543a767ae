resource "google_cloud_run_v2_service_iam_binding" "app" {
  name    = "app"
  role    = "roles/run.invoker"
  members = ["group:team@example.com"]
}

resource "google_cloud_run_v2_service_iam_member" "reader" {
  name   = "app"
  role   = "roles/run.invoker"
  member = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
