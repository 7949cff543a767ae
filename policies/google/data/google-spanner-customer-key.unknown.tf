variable "keys" {
  type = list(string)
}

resource "google_spanner_database" "main" {
  instance               = "main"
  name                   = "orders"
  deletion_protection    = true
  enable_drop_protection = true

  dynamic "encryption_config" {
    for_each = var.keys

    content {
      kms_key_name = encryption_config.value
    }
  }
}
