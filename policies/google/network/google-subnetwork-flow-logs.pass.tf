resource "google_compute_subnetwork" "app" {
  name                     = "app"
  network                  = "vpc-main"
  ip_cidr_range            = "10.20.0.0/20"
  region                   = "europe-west1"
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}
