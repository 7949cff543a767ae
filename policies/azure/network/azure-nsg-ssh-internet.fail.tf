resource "azurerm_network_security_rule" "ops" {
  name                        = "allow-ops"
  resource_group_name         = "rg-network"
  network_security_group_name = "nsg-app"
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = "22" # ! azure-nsg-ssh-internet
  source_address_prefix       = "*"
  destination_address_prefix  = "*"
}
