resource "azurerm_frontdoor" "web" {
  name                = "fd-web"
  resource_group_name = "rg-network"

  frontend_endpoint { # ! azure-frontdoor-waf
    name      = "web"
    host_name = "fd-web.azurefd.net"
  }
}
