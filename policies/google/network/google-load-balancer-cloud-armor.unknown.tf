variable "policy" {
  type = string
}

resource "google_compute_backend_service" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = var.policy

  log_config {
    enable      = true
    sample_rate = 1
  }
}
