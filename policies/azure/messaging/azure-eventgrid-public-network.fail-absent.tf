resource "azurerm_eventgrid_domain" "orders" { # ! azure-eventgrid-public-network
  name                = "evgd-orders"
  resource_group_name = "rg-orders"
  location            = "westeurope"
  local_auth_enabled  = false

  identity {
    type = "SystemAssigned"
  }
}
