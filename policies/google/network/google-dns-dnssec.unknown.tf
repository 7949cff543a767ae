variable "dnssec" {
  type = string
}

resource "google_dns_managed_zone" "main" {
  name     = "shop"
  dns_name = "shop.example."

  dnssec_config {
    state = var.dnssec
  }

  cloud_logging_config {
    enable_logging = true
  }
}
