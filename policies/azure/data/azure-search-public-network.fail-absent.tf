resource "azurerm_search_service" "catalog" { # ! azure-search-public-network
  name                         = "srch-catalog"
  resource_group_name          = "rg-web"
  location                     = "westeurope"
  sku                          = "standard"
  local_authentication_enabled = false
  allowed_ips                  = ["203.0.113.10"]

  identity {
    type = "SystemAssigned"
  }
}
