# Through the interface of Azure Resource Manager nothing written means TLS 1.0.
resource "azapi_resource" "logs" { # ! azure-storage-min-tls
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  parent_id = azurerm_resource_group.main.id
  name      = "stlogs"
  location  = "westeurope"
  body = {
    kind = "StorageV2"
    sku  = { name = "Standard_ZRS" }
    properties = {
      supportsHttpsTrafficOnly = true
      allowBlobPublicAccess    = false
      allowSharedKeyAccess     = false
      publicNetworkAccess      = "Disabled"
    }
  }
}
