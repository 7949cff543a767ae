resource "google_compute_firewall" "allow_web" {
  name          = "allow-web"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["80", "443"] # ! google-firewall-http-internet
  }
}
