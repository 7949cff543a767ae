resource "azurerm_api_management" "main" { # ! azure-apim-network
  name                          = "apim-main"
  resource_group_name           = "rg-api"
  location                      = "westeurope"
  publisher_name                = "Example"
  publisher_email               = "api@example.com"
  sku_name                      = "Premium_1"
  public_network_access_enabled = false
  virtual_network_type          = "Internal"

  security {
    frontend_tls10_enabled = false
    frontend_tls11_enabled = false
  }
}
