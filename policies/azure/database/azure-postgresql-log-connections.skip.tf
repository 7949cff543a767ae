resource "azurerm_postgresql_flexible_server_configuration" "main" {
  name      = "shared_preload_libraries"
  server_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders"
  value     = "pg_stat_statements"
}

resource "azurerm_postgresql_configuration" "legacy" {
  name                = "shared_preload_libraries"
  resource_group_name = "rg-data"
  server_name         = "psql-legacy"
  value               = "pg_stat_statements"
}
