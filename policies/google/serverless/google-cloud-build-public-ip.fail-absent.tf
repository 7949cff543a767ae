resource "google_cloudbuild_worker_pool" "main" { # ! google-cloud-build-public-ip
  name     = "main"
  location = "europe-west1"
}
