resource "google_compute_disk" "data" {
  name = "data"
  type = "pd-ssd"
  zone = "europe-west1-b"
  size = 100

  disk_encryption_key {
    kms_key_self_link = "projects/shop/locations/europe-west1/keyRings/vm/cryptoKeys/disk"
  }
}
