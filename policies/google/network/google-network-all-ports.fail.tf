resource "google_compute_network" "main" {
  name                    = "vpc-main" # ! google-network-all-ports
  auto_create_subnetworks = false
}

resource "google_compute_firewall" "app" {
  name        = "allow-app"
  network     = google_compute_network.main.name
  source_tags = ["web"]

  allow {
    protocol = "tcp"
    ports    = ["0-65535"]
  }
}
