variable "keys" {
  type = list(string)
}

resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"

  access {
    role          = "OWNER"
    user_by_email = "owner@example.com"
  }

  dynamic "default_encryption_configuration" {
    for_each = var.keys

    content {
      kms_key_name = default_encryption_configuration.value
    }
  }
}
