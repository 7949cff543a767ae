resource "azurerm_postgresql_flexible_server" "orders" {
  name                          = "psql-orders"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  version                       = "16"
  sku_name                      = "GP_Standard_D2s_v3"
  administrator_login           = "ordersdba"
  administrator_password        = "Correct-Horse-7-Battery"
  public_network_access_enabled = false
}
