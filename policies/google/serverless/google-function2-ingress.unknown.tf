variable "ingress" {
  type = string
}

resource "google_cloudfunctions2_function" "app" {
  name     = "app"
  location = "europe-west1"

  service_config {
    ingress_settings = var.ingress
  }
}
