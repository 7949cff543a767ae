resource "google_cloudfunctions2_function" "app" {
  name     = "app"
  location = "europe-west1"

  service_config {
    ingress_settings = "ALLOW_ALL" # ! google-function2-ingress
  }
}
