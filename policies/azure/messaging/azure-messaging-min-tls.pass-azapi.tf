resource "azapi_resource" "main" {
  type      = "Microsoft.ServiceBus/namespaces@2022-10-01-preview"
  parent_id = azurerm_resource_group.main.id
  name      = "shop"
  location  = "westeurope"
  body = {
    sku = { name = "Premium" }
    properties = {
      minimumTlsVersion = "1.2"
      disableLocalAuth  = true
    }
  }
}
