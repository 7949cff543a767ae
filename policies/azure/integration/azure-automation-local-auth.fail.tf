resource "azurerm_automation_account" "ops" {
  name                          = "aa-ops"
  resource_group_name           = "rg-ops"
  location                      = "westeurope"
  sku_name                      = "Basic"
  public_network_access_enabled = false
  local_authentication_enabled  = true # ! azure-automation-local-auth

  identity {
    type = "SystemAssigned"
  }
}
