resource "azapi_resource" "registry" {
  type      = "Microsoft.ContainerRegistry/registries@2023-07-01"
  parent_id = azurerm_resource_group.main.id
  name      = "crshop"
  location  = "westeurope"
  body = {
    sku = { name = "Premium" }
    properties = {
      adminUserEnabled    = true # ! azure-acr-admin-account
      publicNetworkAccess = "Disabled"
    }
  }
}
