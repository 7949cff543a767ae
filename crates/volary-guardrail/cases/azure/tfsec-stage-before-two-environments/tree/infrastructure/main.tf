terraform {
  required_version = ">= 1.6"
  backend "azurerm" {}
}

provider "azurerm" {
  features {}
}

resource "azurerm_servicebus_namespace" "bus" {
  name                          = "sb-${var.environment}"
  location                      = var.location
  resource_group_name           = var.resource_group
  sku                           = "Premium"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false
}

variable "environment" { type = string }
variable "location" { type = string }
variable "resource_group" { type = string }
