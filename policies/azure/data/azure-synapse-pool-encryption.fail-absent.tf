resource "azurerm_synapse_sql_pool" "reports" { # ! azure-synapse-pool-encryption
  name                 = "reports"
  synapse_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.Synapse/workspaces/syn-lake"
  sku_name             = "DW100c"
  create_mode          = "Default"
}
