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
  public_network_access_enabled        = false

  identity {
    type = "SystemAssigned"
  }
}

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
