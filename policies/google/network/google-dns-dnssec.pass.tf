resource "google_dns_managed_zone" "main" {
  name     = "shop"
  dns_name = "shop.example."

  dnssec_config {
    state         = "on"
    non_existence = "nsec3"
  }

  cloud_logging_config {
    enable_logging = true
  }
}
