variable "value" {
  type = string
}

resource "azurerm_postgresql_flexible_server_configuration" "main" {
  name      = "log_duration"
  server_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders"
  value     = var.value
}

resource "azurerm_postgresql_configuration" "legacy" {
  name                = "log_duration"
  resource_group_name = "rg-data"
  server_name         = "psql-legacy"
  value               = "on"
}
