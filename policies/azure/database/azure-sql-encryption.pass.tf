resource "azurerm_mssql_database" "orders" {
  name                                = "orders"
  server_id                           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.Sql/servers/sql-orders"
  sku_name                            = "S1"
  transparent_data_encryption_enabled = true
  ledger_enabled                      = true
}
