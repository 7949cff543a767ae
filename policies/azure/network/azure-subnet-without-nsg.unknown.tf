variable "subnet_name" {
  type = string
}

resource "azurerm_subnet" "app" {
  name                 = var.subnet_name
  resource_group_name  = "rg-network"
  virtual_network_name = "vnet-main"
  address_prefixes     = ["10.20.1.0/24"]
}
