resource "azurerm_kusto_cluster" "logs" {
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

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
