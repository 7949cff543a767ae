variable "sql_admin_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mssql_server" "orders" {
  name                          = "sql-orders"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  version                       = "12.0"
  administrator_login           = "ordersdba"
  administrator_login_password  = var.sql_admin_password
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false

  azuread_administrator {
    login_username              = "sql-admins"
    object_id                   = "11111111-1111-1111-1111-111111111111"
    azuread_authentication_only = true
  }
}

resource "azurerm_mysql_server" "orders" {
  name                              = "mysql-orders"
  resource_group_name               = "rg-data"
  location                          = "westeurope"
  version                           = "8.0"
  sku_name                          = "GP_Gen5_2"
  administrator_login               = "ordersdba"
  administrator_login_password      = var.sql_admin_password
  public_network_access_enabled     = false
  ssl_enforcement_enabled           = true
  ssl_minimal_tls_version_enforced  = "TLS1_2"
  infrastructure_encryption_enabled = true
  geo_redundant_backup_enabled      = true

  threat_detection_policy {
    enabled              = true
    email_account_admins = true
  }
}

resource "azurerm_postgresql_server" "orders" {
  name                              = "psql-orders"
  resource_group_name               = "rg-data"
  location                          = "westeurope"
  version                           = "11"
  sku_name                          = "GP_Gen5_2"
  administrator_login               = "ordersdba"
  administrator_login_password      = var.sql_admin_password
  public_network_access_enabled     = false
  ssl_enforcement_enabled           = true
  ssl_minimal_tls_version_enforced  = "TLS1_2"
  infrastructure_encryption_enabled = true
  geo_redundant_backup_enabled      = true

  threat_detection_policy {
    enabled              = true
    email_account_admins = true
  }
}
