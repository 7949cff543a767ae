resource "google_storage_bucket" "files" { # ! google-storage-customer-key
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
}
