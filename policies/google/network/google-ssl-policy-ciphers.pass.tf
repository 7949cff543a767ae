resource "google_compute_ssl_policy" "main" {
  name            = "tls-modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}
