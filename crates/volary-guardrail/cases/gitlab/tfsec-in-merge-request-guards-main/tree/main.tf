terraform {
  backend "azurerm" {
    resource_group_name  = "rg-state"
    storage_account_name = "stmeridianstate"
    container_name       = "tfstate"
    key                  = "dns.tfstate"
  }
}

resource "azurerm_dns_zone" "main" {
  name                = "meridian.example"
  resource_group_name = "rg-dns"
}
