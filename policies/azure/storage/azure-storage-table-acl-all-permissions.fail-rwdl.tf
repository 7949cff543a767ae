resource "azurerm_storage_table" "orders" {
  name                 = "orders"
  storage_account_name = "stordersprod001"

  acl {
    id = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"

    access_policy {
      permissions = "rwdl" # ! azure-storage-table-acl-all-permissions
      start       = "2026-01-01T00:00:00.0000000Z"
      expiry      = "2026-01-02T00:00:00.0000000Z"
    }
  }
}
