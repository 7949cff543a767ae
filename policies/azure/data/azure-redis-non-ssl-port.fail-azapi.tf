resource "azapi_resource" "main" {
  type      = "Microsoft.Cache/redis@2024-03-01"
  parent_id = azurerm_resource_group.main.id
  name      = "shop"
  location  = "westeurope"
  body = {
    properties = {
      sku               = { name = "Standard", family = "C", capacity = 1 }
      enableNonSslPort  = true # ! azure-redis-non-ssl-port
      minimumTlsVersion = "1.2"
    }
  }
}
