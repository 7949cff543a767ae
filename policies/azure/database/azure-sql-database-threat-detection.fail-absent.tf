resource "azurerm_sql_database" "orders" { # ! azure-sql-database-threat-detection
  name                = "orders"
  resource_group_name = "rg-data"
  location            = "westeurope"
  server_name         = "sql-orders"
}
