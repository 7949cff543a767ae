resource "azurerm_eventgrid_domain" "orders" { # ! azure-eventgrid-local-auth
  name                          = "evgd-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  public_network_access_enabled = false

  identity {
    type = "SystemAssigned"
  }
}
