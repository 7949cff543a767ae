resource "azurerm_databricks_workspace" "lake" {
  name                                  = "dbw-lake"
  resource_group_name                   = "rg-data"
  location                              = "westeurope"
  sku                                   = "premium"
  public_network_access_enabled         = false
  network_security_group_rules_required = "NoAzureDatabricksRules"
  customer_managed_key_enabled          = true

  custom_parameters {
    no_public_ip       = true
    virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main"
  }
}

resource "azurerm_databricks_workspace_root_dbfs_customer_managed_key" "lake" {
  workspace_id     = azurerm_databricks_workspace.lake.id
  key_vault_key_id = "https://kv-data.vault.azure.net/keys/dbfs/0123456789abcdef0123456789abcdef"
}
