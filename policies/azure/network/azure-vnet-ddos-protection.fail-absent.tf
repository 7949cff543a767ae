resource "azurerm_virtual_network" "main" { # ! azure-vnet-ddos-protection
  name                = "vnet-main"
  resource_group_name = "rg-network"
  location            = "westeurope"
  address_space       = ["10.20.0.0/16"]
}
