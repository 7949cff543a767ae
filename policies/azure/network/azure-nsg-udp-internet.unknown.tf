variable "source" {
  type = string
}

resource "azurerm_network_security_rule" "ops" {
  name                        = "allow-ops"
  resource_group_name         = "rg-network"
  network_security_group_name = "nsg-app"
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Udp"
  source_port_range           = "*"
  destination_port_range      = "53"
  source_address_prefix       = var.source
  destination_address_prefix  = "*"
}
