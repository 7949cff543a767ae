resource "google_compute_target_https_proxy" "web" {
  name             = "web"
  url_map          = "web"
  ssl_certificates = ["web-certificate"]
  ssl_policy       = "tls-modern"
}
