resource "azurerm_key_vault" "signing" {
  name                       = "kv-signing"
  resource_group_name        = "rg-signing"
  location                   = "westeurope"
  tenant_id                  = "72f988bf-0000-0000-0000-2d7cd011db47"
  sku_name                   = "premium"
  purge_protection_enabled   = true
  soft_delete_retention_days = 90
}
