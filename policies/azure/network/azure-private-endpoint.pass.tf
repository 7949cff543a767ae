resource "azurerm_key_vault" "orders" {
  name                          = "kv-orders-prod"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "standard"
  purge_protection_enabled      = true
  public_network_access_enabled = false
}

resource "azurerm_private_endpoint" "vault" {
  name                = "pe-kv-orders"
  resource_group_name = "rg-orders"
  location            = "westeurope"
  subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-pe"

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = azurerm_key_vault.orders.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }
}
