resource "google_compute_firewall" "allow_rdp" {
  name          = "allow-rdp"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["3389"] # ! google-firewall-rdp-internet
  }
}
