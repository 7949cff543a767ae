resource "azurerm_app_configuration" "main" { # ! azure-app-configuration-customer-key
  name                     = "appcs-main"
  resource_group_name      = "rg-shop"
  location                 = "westeurope"
  sku                      = "standard"
  local_auth_enabled       = false
  public_network_access    = "Disabled"
  purge_protection_enabled = true
}
