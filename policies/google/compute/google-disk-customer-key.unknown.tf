variable "keys" {
  type = list(string)
}

resource "google_compute_disk" "data" {
  name = "data"
  type = "pd-ssd"
  zone = "europe-west1-b"
  size = 100

  dynamic "disk_encryption_key" {
    for_each = var.keys

    content {
      kms_key_self_link = disk_encryption_key.value
    }
  }
}
