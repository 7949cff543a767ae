variable "source" {
  type = string
}

resource "google_compute_firewall" "allow_ssh" {
  name          = "allow-ssh"
  network       = "vpc-main"
  source_ranges = [var.source]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
