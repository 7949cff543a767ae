resource "azurerm_eventgrid_topic" "orders" {
  name                          = "evgt-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = false
  public_network_access_enabled = false

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_eventgrid_domain" "orders" {
  name                          = "evgd-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = false
  public_network_access_enabled = false

  identity {
    type = "SystemAssigned"
  }
}
