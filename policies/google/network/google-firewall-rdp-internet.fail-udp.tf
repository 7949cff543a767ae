resource "google_compute_firewall" "allow_rdp" {
  name          = "allow-rdp"
  network       = "vpc-main"
  source_ranges = ["::/0"]

  allow {
    protocol = "udp"
    ports    = ["443", "3000-4000"] # ! google-firewall-rdp-internet
  }
}
