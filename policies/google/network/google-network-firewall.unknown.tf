resource "google_compute_network" "main" {
  name                    = "vpc-main"
  auto_create_subnetworks = false
}

module "firewall" {
  source  = "git::https://example.com/firewall.git?ref=v1.2.0"
  network = google_compute_network.main.name
}
