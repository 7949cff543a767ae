variable "raw_key" {
  type = string
}

resource "google_compute_disk" "data" {
  name = "data"
  type = "pd-ssd"
  zone = "europe-west1-b"
  size = 100

  disk_encryption_key {
    raw_key = var.raw_key
  }
}
