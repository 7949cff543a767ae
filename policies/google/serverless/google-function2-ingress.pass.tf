resource "google_cloudfunctions2_function" "app" {
  name     = "app"
  location = "europe-west1"

  service_config {
    ingress_settings      = "ALLOW_INTERNAL_AND_GCLB"
    service_account_email = "app@shop.iam.gserviceaccount.com"
  }
}
