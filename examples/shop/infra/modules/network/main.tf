variable "resource_group_name" { type = string }
variable "location" { type = string }
variable "admin_source" { type = string }

resource "azurerm_network_security_group" "admin" {
  name                = "nsg-admin"
  resource_group_name = var.resource_group_name
  location            = var.location

  security_rule {
    name                       = "ssh"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = var.admin_source
    destination_address_prefix = "*"
  }
}
