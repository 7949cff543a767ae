variable "enabled" {
  type = bool
}

resource "azurerm_network_watcher_flow_log" "app" {
  name                 = "flow-app"
  resource_group_name  = "NetworkWatcherRG"
  network_watcher_name = "NetworkWatcher_westeurope"
  target_resource_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main"
  storage_account_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.Storage/storageAccounts/stlogs001"
  enabled              = var.enabled

  retention_policy {
    enabled = true
    days    = 90
  }
}
