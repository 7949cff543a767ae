resource "google_bigquery_table" "orders" {
  dataset_id          = "sales"
  table_id            = "orders"
  deletion_protection = true

  encryption_configuration {
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
