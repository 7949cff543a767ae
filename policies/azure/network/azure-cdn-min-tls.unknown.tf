variable "tls_version" {
  type = string
}

resource "azurerm_cdn_endpoint_custom_domain" "assets" {
  name            = "assets"
  cdn_endpoint_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-web/providers/Microsoft.Cdn/profiles/cdn-web/endpoints/cdn-assets"
  host_name       = "assets.example.com"

  cdn_managed_https {
    certificate_type = "Dedicated"
    protocol_type    = "ServerNameIndication"
    tls_version      = var.tls_version
  }
}
