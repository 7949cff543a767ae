resource "azurerm_eventhub_namespace" "clicks" { # ! azure-eventhub-local-auth
  name                          = "evhns-clicks"
  resource_group_name           = "rg-orders"
  location                      = "westeurope"
  sku                           = "Standard"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false
}
