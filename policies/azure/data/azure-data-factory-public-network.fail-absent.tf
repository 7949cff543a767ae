resource "azurerm_data_factory" "ingest" { # ! azure-data-factory-public-network
  name                            = "adf-ingest"
  resource_group_name             = "rg-data"
  location                        = "westeurope"
  managed_virtual_network_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
