resource "google_compute_firewall" "allow_web" {
  name          = "allow-web"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "allow_internal" {
  name          = "allow-internal"
  network       = "vpc-main"
  source_ranges = ["10.0.0.0/8"]

  allow {
    protocol = "tcp"
    ports    = ["0-65535"]
  }
}
