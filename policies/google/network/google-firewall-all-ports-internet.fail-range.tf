resource "google_compute_firewall" "allow_all" {
  name          = "allow-all"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["0-65535"] # ! google-firewall-all-ports-internet
  }
}
