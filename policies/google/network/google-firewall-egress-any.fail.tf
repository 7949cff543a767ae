resource "google_compute_firewall" "out" {
  name               = "allow-out"
  network            = "vpc-main"
  direction          = "EGRESS"
  destination_ranges = ["0.0.0.0/0"]

  allow { # ! google-firewall-egress-any
    protocol = "all"
  }
}
