resource "google_kms_crypto_key_iam_binding" "app" {
  crypto_key_id = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  members       = ["group:team@example.com", "allUsers"] # ! google-kms-public
}
