resource "google_compute_ssl_policy" "main" {
  name            = "tls-modern"
  profile         = "COMPATIBLE" # ! google-ssl-policy-ciphers
  min_tls_version = "TLS_1_2"
}
