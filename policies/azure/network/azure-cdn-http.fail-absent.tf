resource "azurerm_cdn_endpoint" "assets" { # ! azure-cdn-http
  name                = "cdn-assets"
  resource_group_name = "rg-web"
  profile_name        = "cdn-web"
  location            = "westeurope"
  is_https_allowed    = true

  origin {
    name      = "assets"
    host_name = "assets.example.com"
  }
}
