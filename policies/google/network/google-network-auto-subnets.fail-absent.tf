resource "google_compute_network" "main" { # ! google-network-auto-subnets
  name = "vpc-main"
}
