variable "source" {
  type = string
}

resource "google_compute_firewall" "allow_all" {
  name          = "allow-all"
  network       = "vpc-main"
  source_ranges = [var.source]

  allow {
    protocol = "tcp"
    ports    = ["0-65535"]
  }
}
