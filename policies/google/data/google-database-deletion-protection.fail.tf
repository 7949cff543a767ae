resource "google_spanner_database" "main" {
  instance               = "main"
  name                   = "orders"
  deletion_protection    = false # ! google-database-deletion-protection
  enable_drop_protection = true

  encryption_config {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
