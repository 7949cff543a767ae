resource "google_compute_firewall" "allow_admin" {
  name          = "allow-admin"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["443", "2000-3000"] # ! google-firewall-sensitive-port-internet
  }
}
