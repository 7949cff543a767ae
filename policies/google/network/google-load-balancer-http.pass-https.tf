resource "google_compute_global_forwarding_rule" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL"
  port_range            = "443"
  target                = google_compute_target_https_proxy.web.id
}

resource "google_compute_target_https_proxy" "web" {
  name             = "web"
  url_map          = "web"
  ssl_certificates = ["web-certificate"]
  ssl_policy       = "tls-modern"
}
