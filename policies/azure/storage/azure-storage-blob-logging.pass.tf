resource "azurerm_storage_account" "orders" {
  name                            = "stordersprod001"
  resource_group_name             = "rg-orders"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  https_traffic_only_enabled      = true
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false

  network_rules {
    default_action = "Deny"
  }
}

resource "azurerm_log_analytics_storage_insights" "orders" {
  name                 = "orders"
  resource_group_name  = "rg-logs"
  storage_account_id   = azurerm_storage_account.orders.id
  storage_account_key  = azurerm_storage_account.orders.primary_access_key
  workspace_id         = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central"
  table_names          = ["orders"]
  blob_container_names = ["invoices"]
}

resource "azurerm_storage_container" "invoices" {
  name                  = "invoices"
  storage_account_name  = azurerm_storage_account.orders.name
  container_access_type = "private"
}
