resource "azurerm_kusto_cluster" "logs" {
  name                          = "dec-logs"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  disk_encryption_enabled       = true
  double_encryption_enabled     = true
  public_network_access_enabled = false

  sku {
    name     = "Standard_E2ads_v5"
    capacity = 2
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kusto_cluster_customer_managed_key" "logs" {
  cluster_id   = azurerm_kusto_cluster.logs.id
  key_vault_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.KeyVault/vaults/kv-data"
  key_name     = "kusto"
}
