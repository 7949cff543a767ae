variable "public_ip_address_id" {
  type = string
}

resource "azurerm_network_interface" "app" {
  name                  = "nic-app"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  ip_forwarding_enabled = false

  ip_configuration {
    name                          = "internal"
    subnet_id                     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-app"
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = var.public_ip_address_id
  }
}
