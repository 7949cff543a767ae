variable "log_monitoring_enabled" {
  type = bool
}

resource "azurerm_synapse_sql_pool" "reports" {
  name                 = "reports"
  synapse_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.Synapse/workspaces/syn-lake"
  sku_name             = "DW100c"
  create_mode          = "Default"
  data_encrypted       = true
}

resource "azurerm_synapse_sql_pool_extended_auditing_policy" "reports" {
  sql_pool_id            = azurerm_synapse_sql_pool.reports.id
  log_monitoring_enabled = var.log_monitoring_enabled
}

resource "azurerm_synapse_sql_pool_security_alert_policy" "reports" {
  sql_pool_id  = azurerm_synapse_sql_pool.reports.id
  policy_state = "Enabled"
}

resource "azurerm_synapse_sql_pool_vulnerability_assessment" "reports" {
  sql_pool_security_alert_policy_id = azurerm_synapse_sql_pool_security_alert_policy.reports.id
  storage_container_path            = "https://staudit.blob.core.windows.net/assessments/"

  recurring_scans {
    enabled = true
  }
}
