resource "azurerm_key_vault_access_policy" "app" {
  key_vault_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/kv-orders-prod"
  tenant_id          = "00000000-0000-0000-0000-000000000000"
  object_id          = "11111111-1111-1111-1111-111111111111"
  key_permissions    = ["Get", "Sign", "Verify"]
  secret_permissions = ["Get", "List", "purge"] # ! azure-keyvault-purge-permission
}
