variable "network" {
  type = string
}

resource "google_vertex_ai_endpoint" "main" {
  name         = "ranking"
  display_name = "ranking"
  location     = "europe-west1"
  network      = var.network

  encryption_spec {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
