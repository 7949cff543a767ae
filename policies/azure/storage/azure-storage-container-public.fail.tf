resource "azurerm_storage_container" "invoices" {
  name                  = "invoices"
  storage_account_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.Storage/storageAccounts/stordersprod001"
  container_access_type = "blob" # ! azure-storage-container-public
}
