terraform {
  backend "azurerm" {}
}

provider "azurerm" {
  features {}
}

resource "azurerm_key_vault" "main" {
  name                     = "kv-${var.name}"
  location                 = var.location
  resource_group_name      = var.resource_group
  tenant_id                = var.tenant_id
  sku_name                 = "standard"
  purge_protection_enabled = true
}

variable "name" { type = string }
variable "location" { type = string }
variable "resource_group" { type = string }
variable "tenant_id" { type = string }
