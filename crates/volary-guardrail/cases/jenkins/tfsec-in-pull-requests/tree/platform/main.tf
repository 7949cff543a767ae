resource "google_compute_network" "platform" {
  name                    = "platform"
  auto_create_subnetworks = false
}

resource "google_compute_firewall" "internal" {
  name    = "allow-internal"
  network = google_compute_network.platform.name
  allow { protocol = "tcp" }
  source_ranges = ["10.0.0.0/8"]
}
