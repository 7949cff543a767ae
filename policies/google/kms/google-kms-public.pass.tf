resource "google_kms_crypto_key_iam_binding" "app" {
  crypto_key_id = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  members       = ["group:team@example.com"]
}

resource "google_kms_crypto_key_iam_member" "reader" {
  crypto_key_id = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
