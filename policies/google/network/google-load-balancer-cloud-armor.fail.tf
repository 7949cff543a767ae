resource "google_compute_backend_service" "web" { # ! google-load-balancer-cloud-armor
  name                  = "web"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"

  log_config {
    enable      = true
    sample_rate = 1
  }
}
