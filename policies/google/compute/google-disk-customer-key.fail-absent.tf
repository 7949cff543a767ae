resource "google_compute_disk" "data" { # ! google-disk-customer-key
  name = "data"
  type = "pd-ssd"
  zone = "europe-west1-b"
  size = 100
}
