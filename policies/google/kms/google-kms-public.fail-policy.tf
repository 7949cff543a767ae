resource "google_kms_crypto_key_iam_policy" "app" {
  crypto_key_id = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  policy_data   = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    members = ["allUsers"] # ! google-kms-public
  }
}
