terraform {
  backend "gcs" {
    bucket = "okapi-tfstate"
    prefix = "cdn"
  }
}

resource "google_compute_backend_bucket" "assets" {
  name        = "assets"
  bucket_name = google_storage_bucket.assets.name
  enable_cdn  = true
}

resource "google_storage_bucket" "assets" {
  name                        = "okapi-assets"
  location                    = "EU"
  uniform_bucket_level_access = true
}
