resource "azurerm_eventgrid_domain" "orders" { # ! azure-eventgrid-identity
  name                          = "evgd-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = false
  public_network_access_enabled = false
}
