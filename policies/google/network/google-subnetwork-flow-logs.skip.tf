resource "google_compute_subnetwork" "app" {
  name          = "app"
  network       = "vpc-main"
  ip_cidr_range = "10.20.0.0/20"
  region        = "europe-west1"
  purpose       = "REGIONAL_MANAGED_PROXY"
}
