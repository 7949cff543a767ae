resource "google_compute_firewall" "allow_ssh" {
  name          = "allow-ssh"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["22"] # ! google-firewall-ssh-internet
  }
}
