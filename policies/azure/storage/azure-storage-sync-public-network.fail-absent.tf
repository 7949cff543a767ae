resource "azurerm_storage_sync" "files" { # ! azure-storage-sync-public-network
  name                = "sync-files"
  resource_group_name = "rg-files"
  location            = "westeurope"
}
