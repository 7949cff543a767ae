resource "azurerm_cdn_endpoint" "assets" {
  name                = "cdn-assets"
  resource_group_name = "rg-web"
  profile_name        = "cdn-web"
  location            = "westeurope"
  is_http_allowed     = true # ! azure-cdn-http
  is_https_allowed    = true

  origin {
    name      = "assets"
    host_name = "assets.example.com"
  }
}
