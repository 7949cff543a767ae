resource "google_project_iam_policy" "main" {
  project     = "shop"
  policy_data = data.google_iam_policy.main.policy_data # ! google-kms-separation-of-duties
}

data "google_iam_policy" "main" {
  binding {
    role    = "roles/cloudkms.admin"
    members = ["group:app@example.com"]
  }

  binding {
    role    = "roles/cloudkms.cryptoKeyDecrypter"
    members = ["group:app@example.com"]
  }
}
