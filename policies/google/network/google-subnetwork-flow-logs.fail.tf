resource "google_compute_subnetwork" "app" { # ! google-subnetwork-flow-logs
  name                     = "app"
  network                  = "vpc-main"
  ip_cidr_range            = "10.20.0.0/20"
  region                   = "europe-west1"
  private_ip_google_access = true
}
