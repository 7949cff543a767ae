resource "azurerm_search_service" "catalog" { # ! azure-search-identity
  name                          = "srch-catalog"
  resource_group_name           = "rg-web"
  location                      = "westeurope"
  sku                           = "standard"
  public_network_access_enabled = false
  local_authentication_enabled  = false
  allowed_ips                   = ["203.0.113.10"]
}
