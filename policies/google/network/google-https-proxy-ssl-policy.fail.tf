resource "google_compute_target_https_proxy" "web" { # ! google-https-proxy-ssl-policy
  name             = "web"
  url_map          = "web"
  ssl_certificates = ["web-certificate"]
}
