resource "google_compute_global_forwarding_rule" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL"
  port_range            = "80"
  target                = google_compute_target_http_proxy.web.id # ! google-load-balancer-http
}

resource "google_compute_target_http_proxy" "web" {
  name    = "web-http"
  url_map = google_compute_url_map.web.id
}

resource "google_compute_url_map" "web" {
  name = "web-http"

  default_service = "web"
}
