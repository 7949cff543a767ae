resource "azurerm_network_security_group" "app" {
  name                = "nsg-app"
  resource_group_name = "rg-network"
  location            = "westeurope"

  security_rule {
    name                       = "allow-ops"
    priority                   = 200
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "*" # ! azure-nsg-all-ports-internet
    source_address_prefix      = "Internet"
    destination_address_prefix = "*"
  }
}
