resource "azurerm_subnet" "app" { # ! azure-subnet-without-nsg
  name                 = "snet-app"
  resource_group_name  = "rg-network"
  virtual_network_name = "vnet-main"
  address_prefixes     = ["10.20.1.0/24"]
}
