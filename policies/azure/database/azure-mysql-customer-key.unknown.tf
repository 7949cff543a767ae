variable "database_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mysql_server" "orders" {
  name                              = "mysql-orders"
  resource_group_name               = "rg-data"
  location                          = "westeurope"
  version                           = "8.0"
  sku_name                          = "GP_Gen5_2"
  administrator_login               = "ordersdba"
  administrator_login_password      = var.database_password
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

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
