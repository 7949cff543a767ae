resource "google_vertex_ai_endpoint" "main" { # ! google-vertex-endpoint-private
  name         = "ranking"
  display_name = "ranking"
  location     = "europe-west1"

  encryption_spec {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
