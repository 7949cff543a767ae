variable "log_bucket" {
  type = string
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
    log_bucket = var.log_bucket
  }

  encryption {
    default_kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/files"
  }
}
