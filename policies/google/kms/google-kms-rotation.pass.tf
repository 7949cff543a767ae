resource "google_kms_crypto_key" "main" {
  name            = "main"
  key_ring        = "projects/shop/locations/europe-west1/keyRings/app"
  rotation_period = "7776000s"

  lifecycle {
    prevent_destroy = true
  }
}
