resource "google_compute_ssl_policy" "main" { # ! google-ssl-policy-ciphers
  name            = "tls-modern"
  min_tls_version = "TLS_1_2"
}
