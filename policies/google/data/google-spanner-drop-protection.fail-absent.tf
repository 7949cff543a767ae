resource "google_spanner_database" "main" { # ! google-spanner-drop-protection
  instance            = "main"
  name                = "orders"
  deletion_protection = true

  encryption_config {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
