resource "azurerm_network_security_rule" "ops" {
  name                        = "allow-ops"
  resource_group_name         = "rg-network"
  network_security_group_name = "nsg-app"
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_ranges     = ["80", "22"] # ! azure-nsg-ssh-internet
  source_address_prefixes     = ["10.0.0.0/8", "0.0.0.0/0"]
  destination_address_prefix  = "*"
}
