resource "google_cloudfunctions2_function" "app" { # ! google-function2-ingress
  name     = "app"
  location = "europe-west1"
}
