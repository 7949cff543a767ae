variable "region" {
  type    = string
  default = "westeurope"
}

resource "azurerm_resource_group" "grid" {
  name     = "rg-grid-${terraform.workspace}"
  location = var.region
}

resource "azurerm_storage_account" "telemetry" {
  name                          = "gridtelemetry${terraform.workspace}"
  resource_group_name           = azurerm_resource_group.grid.name
  location                      = var.region
  account_tier                  = "Standard"
  account_replication_type      = "ZRS"
  public_network_access_enabled = false
  min_tls_version               = "TLS1_2"
}
