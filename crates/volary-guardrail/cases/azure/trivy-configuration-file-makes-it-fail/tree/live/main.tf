terraform {
  backend "azurerm" {}
}

provider "azurerm" {
  features {}
}

resource "azurerm_postgresql_flexible_server" "main" {
  name                          = "psql-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  version                       = "16"
  public_network_access_enabled = false
}
