variable "source" {
  type = string
}

resource "google_compute_firewall" "allow_rdp" {
  name          = "allow-rdp"
  network       = "vpc-main"
  source_ranges = [var.source]

  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}
