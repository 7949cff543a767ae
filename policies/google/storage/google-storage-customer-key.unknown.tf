variable "keys" {
  type = list(string)
}

resource "google_storage_bucket" "files" {
  name                        = "shop-files"
  location                    = "EU"
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = true
  }

  logging {
    log_bucket = "shop-logs"
  }

  dynamic "encryption" {
    for_each = var.keys

    content {
      default_kms_key_name = encryption.value
    }
  }
}
