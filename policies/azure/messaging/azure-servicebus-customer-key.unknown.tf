variable "customer_managed_key_blocks" {
  type = list(string)
}

resource "azurerm_servicebus_namespace" "orders" {
  name                          = "sb-orders"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  sku                           = "Premium"
  capacity                      = 1
  premium_messaging_partitions  = 1
  minimum_tls_version           = "1.2"
  local_auth_enabled            = false
  public_network_access_enabled = false

  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-sb"]
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key_blocks

    content {
      key_vault_key_id                  = "https://kv-orders.vault.azure.net/keys/servicebus"
      identity_id                       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-sb"
      infrastructure_encryption_enabled = true
    }
  }
}
