resource "azurerm_recovery_services_vault" "main" {
  name                = "rsv-main"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = true
  immutability        = "Unlocked"

  identity {
    type = "SystemAssigned"
  }
}
