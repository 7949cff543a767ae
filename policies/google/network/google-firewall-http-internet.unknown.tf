variable "source" {
  type = string
}

resource "google_compute_firewall" "allow_web" {
  name          = "allow-web"
  network       = "vpc-main"
  source_ranges = [var.source]

  allow {
    protocol = "tcp"
    ports    = ["80"]
  }
}
