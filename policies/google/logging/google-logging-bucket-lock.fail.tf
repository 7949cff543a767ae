resource "google_logging_project_sink" "main" {
  name                   = "archive"
  destination            = "storage.googleapis.com/${google_storage_bucket.logs.name}"
  unique_writer_identity = true
}

resource "google_storage_bucket" "logs" {
  name                        = "shop-logs"
  location                    = "EU"
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/files"
  }

  retention_policy {
    is_locked        = false # ! google-logging-bucket-lock
    retention_period = 31536000
  }
}
