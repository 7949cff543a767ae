resource "azurerm_storage_sync" "files" {
  name                    = "sync-files"
  resource_group_name     = "rg-files"
  location                = "westeurope"
  incoming_traffic_policy = "AllowAllTraffic" # ! azure-storage-sync-public-network
}
