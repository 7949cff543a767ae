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
      allowBlobPublicAccess    = false
      allowSharedKeyAccess     = false
      publicNetworkAccess      = "Disabled"
    }
  }
}

resource "azapi_resource" "public" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01"
  parent_id = "${azapi_resource.logs.id}/blobServices/default"
  name      = "public"
  body = {
    properties = {
      publicAccess = "Blob" # ! azure-storage-container-public
    }
  }
}
