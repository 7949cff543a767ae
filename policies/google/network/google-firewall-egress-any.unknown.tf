variable "destination" {
  type = string
}

resource "google_compute_firewall" "out" {
  name               = "allow-out"
  network            = "vpc-main"
  direction          = "EGRESS"
  destination_ranges = [var.destination]

  allow {
    protocol = "all"
  }
}
