resource "google_dns_managed_zone" "main" { # ! google-dns-dnssec
  name     = "shop"
  dns_name = "shop.example."

  cloud_logging_config {
    enable_logging = true
  }
}
