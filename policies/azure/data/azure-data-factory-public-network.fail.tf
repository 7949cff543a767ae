resource "azurerm_data_factory" "ingest" {
  name                            = "adf-ingest"
  resource_group_name             = "rg-data"
  location                        = "westeurope"
  public_network_enabled          = true # ! azure-data-factory-public-network
  managed_virtual_network_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
