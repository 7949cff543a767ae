variable "key_vault_reference_blocks" {
  type = list(string)
}

resource "azurerm_batch_account" "render" {
  name                          = "batchrender"
  resource_group_name           = "rg-batch"
  location                      = "westeurope"
  pool_allocation_mode          = "UserSubscription"
  public_network_access_enabled = false

  dynamic "key_vault_reference" {
    for_each = var.key_vault_reference_blocks

    content {
      id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-batch/providers/Microsoft.KeyVault/vaults/kv-batch"
      url = "https://kv-batch.vault.azure.net/"
    }
  }
}
