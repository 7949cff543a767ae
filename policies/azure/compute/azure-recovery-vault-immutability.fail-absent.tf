resource "azurerm_recovery_services_vault" "main" { # ! azure-recovery-vault-immutability
  name                = "rsv-main"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
