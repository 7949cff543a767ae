resource "azapi_resource" "nsg" {
  type      = "Microsoft.Network/networkSecurityGroups@2023-11-01"
  parent_id = azurerm_resource_group.main.id
  name      = "nsg-app"
  location  = "westeurope"
  body = {
    properties = {
      securityRules = [
        {
          name = "ssh"
          properties = {
            priority                 = 100
            direction                = "Inbound"
            access                   = "Allow"
            protocol                 = "Tcp"
            sourcePortRange          = "*"
            destinationPortRange     = "22"
            sourceAddressPrefix      = "10.1.0.0/24"
            destinationAddressPrefix = "*"
          }
        }
      ]
    }
  }
}
