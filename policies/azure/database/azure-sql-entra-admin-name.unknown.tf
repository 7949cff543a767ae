variable "login" {
  type = string
}

variable "sql_admin_password" {
  type      = string
  sensitive = true
}

resource "azurerm_sql_server" "orders" {
  name                          = "sql-orders"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  version                       = "12.0"
  administrator_login           = "ordersdba"
  administrator_login_password  = var.sql_admin_password
  public_network_access_enabled = false
}

resource "azurerm_sql_active_directory_administrator" "orders" {
  server_name         = azurerm_sql_server.orders.name
  resource_group_name = "rg-data"
  login               = var.login
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  object_id           = "11111111-1111-1111-1111-111111111111"
}
