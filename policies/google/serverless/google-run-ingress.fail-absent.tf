resource "google_cloud_run_v2_service" "app" { # ! google-run-ingress
  name     = "app"
  location = "europe-west1"

  template {
    service_account = "app@shop.iam.gserviceaccount.com"

    containers {
      image = "europe-west1-docker.pkg.dev/shop/app/app:1.4.2"
    }
  }
}
