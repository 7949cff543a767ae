resource "google_compute_firewall" "allow_rdp_iap" {
  name          = "allow-rdp-iap"
  network       = "vpc-main"
  source_ranges = ["35.235.240.0/20"]

  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}
