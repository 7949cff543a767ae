resource "azapi_resource" "logs" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  parent_id = azurerm_resource_group.main.id
  name      = "stlogs"
  location  = "westeurope"
  body = {
    kind = "StorageV2"
    sku  = { name = "Standard_ZRS" }
    properties = {
      allowBlobPublicAccess = false
    }
  }
}

resource "azapi_update_resource" "logs" {
  type        = "Microsoft.Storage/storageAccounts@2023-05-01"
  resource_id = azapi_resource.logs.id
  body = {
    properties = {
      minimumTlsVersion = "TLS1_2"
    }
  }
}
