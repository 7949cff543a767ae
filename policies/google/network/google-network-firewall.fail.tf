resource "google_compute_network" "main" { # ! google-network-firewall
  name                    = "vpc-main"
  auto_create_subnetworks = false
}
