resource "google_bigquery_table" "orders" { # ! google-bigquery-table-customer-key
  dataset_id          = "sales"
  table_id            = "orders"
  deletion_protection = true
}
