variable "retention_in_days" {
  type = number
}

resource "azurerm_log_analytics_workspace" "central" {
  name                = "log-central"
  resource_group_name = "rg-logs"
  location            = "westeurope"
  sku                 = "PerGB2018"
  retention_in_days   = var.retention_in_days
}
