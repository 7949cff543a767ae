resource "google_compute_ssl_policy" "main" { # ! google-ssl-policy-min-tls
  name    = "tls-modern"
  profile = "MODERN"
}
