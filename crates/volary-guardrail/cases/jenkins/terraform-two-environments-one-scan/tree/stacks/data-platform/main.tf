terraform {
  backend "azurerm" {}
}

variable "environment" {
  type = string
}

resource "azurerm_storage_account" "lake" {
  name                          = "lumenlake${var.environment}"
  resource_group_name           = "rg-lake-${var.environment}"
  location                      = "northeurope"
  account_tier                  = "Standard"
  account_replication_type      = "GRS"
  public_network_access_enabled = false
}
