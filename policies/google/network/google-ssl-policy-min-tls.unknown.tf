variable "min_tls_version" {
  type = string
}

resource "google_compute_ssl_policy" "main" {
  name            = "tls-modern"
  profile         = "MODERN"
  min_tls_version = var.min_tls_version
}
