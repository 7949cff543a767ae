resource "azurerm_mssql_server" "orders" {
  name                          = "sql-orders"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  version                       = "12.0"
  administrator_login           = "ordersdba"
  administrator_login_password  = "Correct-Horse-7-Battery"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false

  azuread_administrator {
    login_username = "sql-admins"
    object_id      = "11111111-1111-1111-1111-111111111111"
  }
}
