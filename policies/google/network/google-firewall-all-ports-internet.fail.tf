resource "google_compute_firewall" "allow_all" {
  name          = "allow-all"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow { # ! google-firewall-all-ports-internet
    protocol = "all"
  }
}
