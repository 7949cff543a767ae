resource "google_spanner_database" "main" {
  instance               = "main"
  name                   = "orders"
  deletion_protection    = true
  enable_drop_protection = false # ! google-spanner-drop-protection

  encryption_config {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
