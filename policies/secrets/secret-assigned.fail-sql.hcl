resource "azurerm_mssql_server" "shop" {
  name                         = "shop"
  resource_group_name          = azurerm_resource_group.shop.name
  location                     = azurerm_resource_group.shop.location
  version                      = "12.0"
  minimum_tls_version          = "1.2"
  administrator_login          = "shopadmin"
  administrator_login_password = "GqdBFBDxYh!7" # ! secret-assigned
}
