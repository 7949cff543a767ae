variable "customer_managed_key_blocks" {
  type = list(string)
}

resource "azurerm_storage_account" "orders" {
  name                            = "stordersprod001"
  resource_group_name             = "rg-orders"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  https_traffic_only_enabled      = true
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false
  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key_blocks

    content {
      key_vault_key_id          = "https://kv-orders.vault.azure.net/keys/storage"
      user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-storage"
    }
  }

  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
    ip_rules       = ["203.0.113.10"]
  }
}
