resource "google_kms_crypto_key_iam_member" "app" {
  crypto_key_id = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
