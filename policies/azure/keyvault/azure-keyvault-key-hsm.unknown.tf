variable "key_type" {
  type = string
}

resource "azurerm_key_vault_key" "signing" {
  name            = "signing"
  key_vault_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/kv-orders-prod"
  key_type        = var.key_type
  key_size        = 3072
  key_opts        = ["sign", "verify"]
  expiration_date = "2027-06-30T00:00:00Z"
}
