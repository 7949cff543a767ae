variable "algorithm" {
  type = string
}

resource "google_dns_managed_zone" "main" {
  name     = "shop"
  dns_name = "shop.example."

  dnssec_config {
    state = "on"

    default_key_specs {
      algorithm = var.algorithm
      key_type  = "keySigning"
    }
  }

  cloud_logging_config {
    enable_logging = true
  }
}
