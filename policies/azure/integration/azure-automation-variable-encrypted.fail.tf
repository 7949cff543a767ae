resource "azurerm_automation_variable_string" "region" {
  name                    = "region"
  resource_group_name     = "rg-ops"
  automation_account_name = "aa-ops"
  value                   = "westeurope"
  encrypted               = false # ! azure-automation-variable-encrypted
}
