resource "azurerm_kusto_cluster" "logs" { # ! azure-kusto-customer-key
  name                          = "dec-logs"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  disk_encryption_enabled       = true
  double_encryption_enabled     = true
  public_network_access_enabled = false

  sku {
    name     = "Standard_E2ads_v5"
    capacity = 2
  }

  identity {
    type = "SystemAssigned"
  }
}
