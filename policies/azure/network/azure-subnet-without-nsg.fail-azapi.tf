resource "azapi_resource" "network" {
  type      = "Microsoft.Network/virtualNetworks@2023-11-01"
  parent_id = azurerm_resource_group.main.id
  name      = "vnet-shop"
  location  = "westeurope"
  body = {
    properties = {
      addressSpace = { addressPrefixes = ["10.0.0.0/16"] }
    }
  }
}

resource "azapi_resource" "app" { # ! azure-subnet-without-nsg
  type      = "Microsoft.Network/virtualNetworks/subnets@2023-11-01"
  parent_id = azapi_resource.network.id
  name      = "app"
  body = {
    properties = {
      addressPrefixes = ["10.0.1.0/24"]
    }
  }
}
