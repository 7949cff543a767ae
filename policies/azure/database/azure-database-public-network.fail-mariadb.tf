variable "database_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mariadb_server" "orders" { # ! azure-database-public-network
  name                             = "maria-orders"
  resource_group_name              = "rg-data"
  location                         = "westeurope"
  version                          = "10.3"
  sku_name                         = "GP_Gen5_2"
  administrator_login              = "ordersdba"
  administrator_login_password     = var.database_password
  ssl_enforcement_enabled          = true
  ssl_minimal_tls_version_enforced = "TLS1_2"
  geo_redundant_backup_enabled     = true
}
