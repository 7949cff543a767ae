resource "azapi_resource" "main" {
  type      = "Microsoft.AppConfiguration/configurationStores@2023-03-01"
  parent_id = azurerm_resource_group.main.id
  name      = "shop"
  location  = "westeurope"
  body = {
    sku = { name = "standard" }
    properties = {
      disableLocalAuth      = false # ! azure-app-configuration-local-auth
      enablePurgeProtection = true
    }
  }
}
