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

resource "azurerm_mysql_server_key" "orders" {
  server_id        = azurerm_mysql_server.orders.id
  key_vault_key_id = azurerm_key_vault_key.mysql.id
}

resource "azurerm_key_vault_key" "mysql" {
  name            = "mysql"
  key_vault_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.KeyVault/vaults/kv-data"
  key_type        = "RSA"
  key_size        = 3072
  key_opts        = ["unwrapKey", "wrapKey"]
  expiration_date = "2027-06-30T00:00:00Z"
}
