resource "google_compute_network" "main" {
  name                    = "vpc-main" # ! google-network-port-range
  auto_create_subnetworks = false
}

resource "google_compute_firewall" "app" {
  name        = "allow-app"
  network     = google_compute_network.main.name
  source_tags = ["web"]

  allow {
    protocol = "tcp"
    ports    = ["443", "8000-8100"]
  }
}
