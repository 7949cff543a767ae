variable "profile" {
  type = string
}

resource "google_compute_ssl_policy" "main" {
  name            = "tls-modern"
  profile         = var.profile
  min_tls_version = "TLS_1_2"
}
