resource "google_kms_crypto_key" "main" {
  name     = "main"
  key_ring = "projects/shop/locations/europe-west1/keyRings/app"
  purpose  = "ASYMMETRIC_SIGN"

  lifecycle {
    prevent_destroy = true
  }
}
