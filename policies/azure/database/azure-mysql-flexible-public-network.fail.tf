variable "database_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mysql_flexible_server" "orders" {
  name                         = "mysql-orders"
  resource_group_name          = "rg-data"
  location                     = "westeurope"
  version                      = "8.0.21"
  sku_name                     = "GP_Standard_D2ds_v4"
  administrator_login          = "ordersdba"
  administrator_password       = var.database_password
  public_network_access        = "Enabled" # ! azure-mysql-flexible-public-network
  geo_redundant_backup_enabled = true
}
