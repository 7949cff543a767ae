resource "azurerm_key_vault_secret" "smtp" {
  name            = "smtp-password"
  key_vault_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/kv-orders-prod"
  value           = "Correct-Horse-7-Battery"
  content_type    = "password"
  expiration_date = "2027-06-30T00:00:00Z"
}
