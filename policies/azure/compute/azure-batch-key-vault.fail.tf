resource "azurerm_batch_account" "render" { # ! azure-batch-key-vault
  name                          = "batchrender"
  resource_group_name           = "rg-batch"
  location                      = "westeurope"
  pool_allocation_mode          = "UserSubscription"
  public_network_access_enabled = false
}
