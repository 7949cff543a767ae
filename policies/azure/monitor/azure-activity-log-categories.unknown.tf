variable "categories" {
  type = list(string)
}

resource "azurerm_monitor_log_profile" "main" {
  name               = "default"
  categories         = var.categories
  locations          = ["westeurope", "northeurope", "global"]
  storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.Storage/storageAccounts/stlogs001"

  retention_policy {
    enabled = true
    days    = 365
  }
}
