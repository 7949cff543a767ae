variable "ingress" {
  type = string
}

resource "google_cloud_run_v2_service" "app" {
  name     = "app"
  location = "europe-west1"
  ingress  = var.ingress

  template {
    service_account = "app@shop.iam.gserviceaccount.com"

    containers {
      image = "europe-west1-docker.pkg.dev/shop/app/app:1.4.2"
    }
  }
}
