resource "azurerm_search_service" "catalog" {
  name                          = "srch-catalog"
  resource_group_name           = "rg-web"
  location                      = "westeurope"
  sku                           = "standard"
  public_network_access_enabled = false
  local_authentication_enabled  = true # ! azure-search-local-auth
  allowed_ips                   = ["203.0.113.10"]

  identity {
    type = "SystemAssigned"
  }
}
