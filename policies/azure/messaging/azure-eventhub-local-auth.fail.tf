resource "azurerm_eventhub_namespace" "clicks" {
  name                          = "evhns-clicks"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  sku                           = "Standard"
  minimum_tls_version           = "1.2"
  local_authentication_enabled  = true # ! azure-eventhub-local-auth
  public_network_access_enabled = false
}
