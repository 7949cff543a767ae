resource "azurerm_subnet" "gateway" {
  name                 = "GatewaySubnet"
  resource_group_name  = "rg-network"
  virtual_network_name = "vnet-main"
  address_prefixes     = ["10.20.1.0/24"]
}
