resource "google_dns_managed_zone" "main" {
  name     = "shop"
  dns_name = "shop.example."

  dnssec_config {
    state = "off" # ! google-dns-dnssec
  }

  cloud_logging_config {
    enable_logging = true
  }
}
