variable "waf_policy_id" {
  type = string
}

resource "azurerm_frontdoor" "web" {
  name                = "fd-web"
  resource_group_name = "rg-network"

  frontend_endpoint {
    name                                    = "web"
    host_name                               = "fd-web.azurefd.net"
    web_application_firewall_policy_link_id = var.waf_policy_id
  }
}
