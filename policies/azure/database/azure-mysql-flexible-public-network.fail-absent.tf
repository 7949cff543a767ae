variable "database_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mysql_flexible_server" "orders" { # ! azure-mysql-flexible-public-network
  name                         = "mysql-orders"
  resource_group_name          = "rg-data"
  location                     = "westeurope"
  version                      = "8.0.21"
  sku_name                     = "GP_Standard_D2ds_v4"
  administrator_login          = "ordersdba"
  administrator_password       = var.database_password
  geo_redundant_backup_enabled = true
}
