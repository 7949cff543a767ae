resource "google_compute_firewall" "ssh" {
  name          = "allow-ssh"
  network       = "vpc-main"
  source_ranges = ["0.0.0.0/0"]
  source_tags   = ["bastion"]

  allow {
    protocol = "icmp"
  }

  allow {
    protocol = "tcp"
    ports    = ["22"] # ! google-firewall-ssh-internet
  }
}
