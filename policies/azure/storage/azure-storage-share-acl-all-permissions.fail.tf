resource "azurerm_storage_share" "reports" {
  name               = "reports"
  storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.Storage/storageAccounts/stordersprod001"
  quota              = 50

  acl {
    id = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"

    access_policy {
      permissions = "rwdl" # ! azure-storage-share-acl-all-permissions
      start       = "2026-01-01T00:00:00.0000000Z"
      expiry      = "2026-01-02T00:00:00.0000000Z"
    }
  }
}
