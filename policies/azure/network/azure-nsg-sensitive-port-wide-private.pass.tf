resource "azurerm_network_security_rule" "ops" {
  name                        = "allow-ops"
  resource_group_name         = "rg-network"
  network_security_group_name = "nsg-app"
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = "5432"
  source_address_prefix       = "203.0.113.0/28"
  destination_address_prefix  = "*"
}

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
    destination_port_range     = "443"
    source_address_prefix      = "203.0.113.0/28"
    destination_address_prefix = "*"
  }
}
