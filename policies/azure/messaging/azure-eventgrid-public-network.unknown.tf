variable "public_network_access_enabled" {
  type = bool
}

resource "azurerm_eventgrid_topic" "orders" {
  name                          = "evgt-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = false
  public_network_access_enabled = var.public_network_access_enabled

  identity {
    type = "SystemAssigned"
  }
}
