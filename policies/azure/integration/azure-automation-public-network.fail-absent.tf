resource "azurerm_automation_account" "ops" { # ! azure-automation-public-network
  name                         = "aa-ops"
  resource_group_name          = "rg-ops"
  location                     = "westeurope"
  sku_name                     = "Basic"
  local_authentication_enabled = false

  identity {
    type = "SystemAssigned"
  }
}
