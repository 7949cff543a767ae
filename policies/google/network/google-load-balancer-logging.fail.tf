resource "google_compute_backend_service" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = "edge"

  log_config {
    enable = false # ! google-load-balancer-logging
  }
}
