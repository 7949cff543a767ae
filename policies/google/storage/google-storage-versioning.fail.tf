resource "google_storage_bucket" "files" {
  name                        = "shop-files"
  location                    = "EU"
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = false # ! google-storage-versioning
  }

  logging {
    log_bucket = "shop-logs"
  }

  encryption {
    default_kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/files"
  }
}
