variable "keys" {
  type = list(string)
}

resource "google_bigquery_table" "orders" {
  dataset_id          = "sales"
  table_id            = "orders"
  deletion_protection = true

  dynamic "encryption_configuration" {
    for_each = var.keys

    content {
      kms_key_name = encryption_configuration.value
    }
  }
}
