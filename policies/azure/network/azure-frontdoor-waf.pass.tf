resource "azurerm_frontdoor" "web" {
  name                = "fd-web"
  resource_group_name = "rg-network"

  frontend_endpoint {
    name                                    = "web"
    host_name                               = "fd-web.azurefd.net"
    web_application_firewall_policy_link_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/frontDoorWebApplicationFirewallPolicies/waf"
  }
}
