resource "azurerm_eventhub_namespace" "clicks" { # ! azure-messaging-public-network
  name                         = "evhns-clicks"
  resource_group_name          = "rg-orders"
  location                     = "westeurope"
  sku                          = "Standard"
  minimum_tls_version          = "1.2"
  local_authentication_enabled = false
}
