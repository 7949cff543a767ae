terraform {
  backend "gcs" {
    bucket = "tidewater-state"
  }
}

resource "google_storage_bucket" "invoices" {
  name                        = "tidewater-invoices"
  location                    = "EU"
  uniform_bucket_level_access = true
}
