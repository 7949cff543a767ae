variable "soft_delete_enabled" {
  type = bool
}

resource "azurerm_recovery_services_vault" "main" {
  name                = "rsv-main"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = var.soft_delete_enabled
  immutability        = "Unlocked"

  identity {
    type = "SystemAssigned"
  }
}
