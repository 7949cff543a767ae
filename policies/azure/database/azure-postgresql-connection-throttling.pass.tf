resource "azurerm_postgresql_flexible_server_configuration" "main" {
  name      = "connection_throttle.enable"
  server_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders"
  value     = "on"
}

resource "azurerm_postgresql_configuration" "legacy" {
  name                = "connection_throttling"
  resource_group_name = "rg-data"
  server_name         = "psql-legacy"
  value               = "on"
}
