resource "google_compute_firewall" "out" {
  name               = "allow-out"
  network            = "vpc-main"
  direction          = "EGRESS"
  destination_ranges = ["10.0.0.0/8"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}
