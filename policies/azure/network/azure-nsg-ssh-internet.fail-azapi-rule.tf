resource "azapi_resource" "nsg" {
  type      = "Microsoft.Network/networkSecurityGroups@2023-11-01"
  parent_id = azurerm_resource_group.main.id
  name      = "nsg-app"
  location  = "westeurope"
  body      = { properties = {} }
}

resource "azapi_resource" "ssh" {
  type      = "Microsoft.Network/networkSecurityGroups/securityRules@2023-11-01"
  parent_id = azapi_resource.nsg.id
  name      = "ssh"
  body = {
    properties = {
      priority                 = 100
      direction                = "Inbound"
      access                   = "Allow"
      protocol                 = "*"
      sourcePortRange          = "*"
      destinationPortRanges    = ["22", "443"] # ! azure-nsg-ssh-internet
      sourceAddressPrefix      = "Internet"
      destinationAddressPrefix = "*"
    }
  }
}
