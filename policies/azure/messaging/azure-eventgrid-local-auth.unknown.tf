variable "local_auth_enabled" {
  type = bool
}

resource "azurerm_eventgrid_topic" "orders" {
  name                          = "evgt-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = var.local_auth_enabled
  public_network_access_enabled = false

  identity {
    type = "SystemAssigned"
  }
}
