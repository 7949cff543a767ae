# The default depends on the version of the interface and on when the account was created.
resource "azapi_resource" "logs" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  parent_id = azurerm_resource_group.main.id
  name      = "stlogs"
  location  = "westeurope"
  body = {
    kind = "StorageV2"
    sku  = { name = "Standard_ZRS" }
    properties = {
      supportsHttpsTrafficOnly = true
      minimumTlsVersion        = "TLS1_2"
      allowSharedKeyAccess     = false
      publicNetworkAccess      = "Disabled"
    }
  }
}
