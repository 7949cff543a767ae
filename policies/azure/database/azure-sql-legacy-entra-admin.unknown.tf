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

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
