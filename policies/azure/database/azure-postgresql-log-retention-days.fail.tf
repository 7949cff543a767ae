resource "azurerm_postgresql_flexible_server_configuration" "main" {
  name      = "logfiles.retention_days"
  server_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders"
  value     = "2" # ! azure-postgresql-log-retention-days
}

resource "azurerm_postgresql_configuration" "legacy" {
  name                = "log_retention_days"
  resource_group_name = "rg-data"
  server_name         = "psql-legacy"
  value               = "7"
}
