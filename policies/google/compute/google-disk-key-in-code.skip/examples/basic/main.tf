resource "google_compute_disk" "data" {
  name = "data"
  type = "pd-ssd"
  zone = "europe-west1-b"
  size = 100

  disk_encryption_key {
    raw_key = "kQ3vXo5bT8nLw2Rz7YcJ1mHfU6sPd0EgA4iBqNtVxWk="
  }
}
