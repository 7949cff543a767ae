resource "google_compute_firewall" "allow_admin" {
  name          = "allow-admin"
  network       = "vpc-main"
  source_ranges = ["::/0"]

  allow {
    protocol = "tcp"
    ports    = ["20-25", "443"] # ! google-firewall-ssh-internet
  }
}
