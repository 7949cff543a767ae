resource "azurerm_network_security_rule" "ops" {
  name                        = "allow-ops"
  resource_group_name         = "rg-network"
  network_security_group_name = "nsg-app"
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = "5432" # ! azure-nsg-sensitive-port-wide-private
  source_address_prefix       = "10.0.0.0/8"
  destination_address_prefix  = "*"
}
