resource "google_compute_backend_service" "web" {
  name                  = "web"
  load_balancing_scheme = "INTERNAL_SELF_MANAGED"
  protocol              = "HTTPS"
}
