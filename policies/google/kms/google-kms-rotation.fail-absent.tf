resource "google_kms_crypto_key" "main" { # ! google-kms-rotation
  name     = "main"
  key_ring = "projects/shop/locations/europe-west1/keyRings/app"

  lifecycle {
    prevent_destroy = true
  }
}
