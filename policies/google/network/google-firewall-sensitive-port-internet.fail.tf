resource "google_compute_firewall" "allow_mysql" {
  name          = "allow-mysql"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["3306"] # ! google-firewall-sensitive-port-internet
  }
}
