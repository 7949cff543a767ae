resource "azapi_resource" "main" {
  type      = "Microsoft.CognitiveServices/accounts@2023-05-01"
  parent_id = azurerm_resource_group.main.id
  name      = "shop"
  location  = "westeurope"
  body = {
    kind = "OpenAI"
    sku  = { name = "S0" }
    properties = {
      publicNetworkAccess = "Enabled" # ! azure-cognitive-public-network
      disableLocalAuth    = true
    }
  }
}
