variable "log_configs" {
  type = list(string)
}

resource "google_compute_subnetwork" "app" {
  name                     = "app"
  network                  = "vpc-main"
  ip_cidr_range            = "10.20.0.0/20"
  region                   = "europe-west1"
  private_ip_google_access = true

  dynamic "log_config" {
    for_each = var.log_configs

    content {
      flow_sampling = 0.5
    }
  }
}
