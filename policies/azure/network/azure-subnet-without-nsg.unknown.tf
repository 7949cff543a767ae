resource "azurerm_subnet" "app" {
  name                 = "snet-app"
  resource_group_name  = "rg-network"
  virtual_network_name = "vnet-main"
  address_prefixes     = ["10.20.1.0/24"]
}

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
