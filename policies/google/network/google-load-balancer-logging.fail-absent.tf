resource "google_compute_backend_service" "web" { # ! google-load-balancer-logging
  name                  = "web"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = "edge"
}
