resource "azurerm_machine_learning_workspace" "models" {
  name                          = "mlw-models"
  resource_group_name           = "rg-ml"
  location                      = "westeurope"
  application_insights_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Insights/components/appi-ml"
  key_vault_id                  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-ml"
  storage_account_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/stml"
  public_network_access_enabled = false

  identity {
    type = "SystemAssigned"
  }
}
