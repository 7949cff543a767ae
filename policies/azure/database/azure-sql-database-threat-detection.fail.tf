resource "azurerm_sql_database" "orders" {
  name                = "orders"
  resource_group_name = "rg-data"
  location            = "westeurope"
  server_name         = "sql-orders"

  threat_detection_policy {
    state = "Disabled" # ! azure-sql-database-threat-detection
  }
}
