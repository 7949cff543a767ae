resource "google_kms_crypto_key" "main" {
  name            = "main"
  key_ring        = "projects/shop/locations/europe-west1/keyRings/app"
  rotation_period = "31536000s" # ! google-kms-rotation

  lifecycle {
    prevent_destroy = true
  }
}
