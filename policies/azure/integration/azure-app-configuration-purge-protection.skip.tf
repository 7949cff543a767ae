resource "azurerm_app_configuration" "main" {
  name                  = "appcs-main"
  resource_group_name   = "rg-shop"
  location              = "westeurope"
  sku                   = "free"
  local_auth_enabled    = false
  public_network_access = "Disabled"
}
