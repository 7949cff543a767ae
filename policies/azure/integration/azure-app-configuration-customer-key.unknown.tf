variable "encryption_blocks" {
  type = list(string)
}

resource "azurerm_app_configuration" "main" {
  name                     = "appcs-main"
  resource_group_name      = "rg-shop"
  location                 = "westeurope"
  sku                      = "standard"
  local_auth_enabled       = false
  public_network_access    = "Disabled"
  purge_protection_enabled = true

  dynamic "encryption" {
    for_each = var.encryption_blocks

    content {
      key_vault_key_identifier = "https://kv-shop.vault.azure.net/keys/appconfig"
      identity_client_id       = "11111111-1111-1111-1111-111111111111"
    }
  }
}
