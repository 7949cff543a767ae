resource "azurerm_synapse_workspace" "lake" {
  name                                 = "syn-lake"
  resource_group_name                  = "rg-data"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://stlake.dfs.core.windows.net/lake"
  sql_administrator_login              = "lakedba"
  sql_administrator_login_password     = "Correct-Horse-7-Battery"
  managed_virtual_network_enabled      = true
  public_network_access_enabled        = false

  identity {
    type = "SystemAssigned"
  }
}
