variable "log_buckets" {
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

  dynamic "logging" {
    for_each = var.log_buckets

    content {
      log_bucket = logging.value
    }
  }

  encryption {
    default_kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/files"
  }
}
