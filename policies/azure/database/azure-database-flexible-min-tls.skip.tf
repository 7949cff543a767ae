resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "log_checkpoints"
  server_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders"
  value     = "TLSv1.2"
}

resource "azurerm_mysql_flexible_server_configuration" "tls" {
  name                = "slow_query_log"
  resource_group_name = "rg-data"
  server_name         = "mysql-orders"
  value               = "TLSv1.2,TLSv1.3"
}
