resource "azurerm_key_vault" "orders" {
  name                          = "kv-orders-prod"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "standard"
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  rbac_authorization_enabled    = true
  public_network_access_enabled = false

  network_acls {
    default_action = "Deny"
    bypass         = "AzureServices"
  }
}

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
