resource "google_compute_network" "main" {
  name                    = "vpc-main"
  auto_create_subnetworks = true # ! google-network-auto-subnets
}
