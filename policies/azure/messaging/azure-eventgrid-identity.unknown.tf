variable "identity_type" {
  type = string
}

resource "azurerm_eventgrid_topic" "orders" {
  name                          = "evgt-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  local_auth_enabled            = false
  public_network_access_enabled = false

  identity {
    type = var.identity_type
  }
}
