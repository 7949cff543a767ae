resource "azurerm_recovery_services_vault" "main" {
  name                = "rsv-main"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = false # ! azure-recovery-vault-soft-delete
  immutability        = "Unlocked"

  identity {
    type = "SystemAssigned"
  }
}
