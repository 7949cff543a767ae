variable "synapse_admin_password" {
  type      = string
  sensitive = true
}

resource "azurerm_synapse_workspace" "lake" {
  name                                 = "syn-lake"
  resource_group_name                  = "rg-data"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://stlake.dfs.core.windows.net/lake"
  sql_administrator_login              = "lakedba"
  sql_administrator_login_password     = var.synapse_admin_password
  managed_virtual_network_enabled      = true
  data_exfiltration_protection_enabled = true

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_synapse_firewall_rule" "office" {
  name                 = "office"
  synapse_workspace_id = azurerm_synapse_workspace.lake.id
  start_ip_address     = "203.0.113.4" # ! azure-synapse-firewall-rules
  end_ip_address       = "203.0.113.8"
}
