resource "azapi_resource" "main" {
  type      = "Microsoft.DocumentDB/databaseAccounts@2024-05-15"
  parent_id = azurerm_resource_group.main.id
  name      = "shop"
  location  = "westeurope"
  body = {
    kind = "GlobalDocumentDB"
    properties = {
      databaseAccountOfferType = "Standard"
      disableLocalAuth         = false # ! azure-cosmosdb-local-auth
      publicNetworkAccess      = "Disabled"
    }
  }
}
