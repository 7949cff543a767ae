variable "auto_create_subnetworks" {
  type = bool
}

resource "google_compute_network" "main" {
  name                    = "vpc-main"
  auto_create_subnetworks = var.auto_create_subnetworks
}
