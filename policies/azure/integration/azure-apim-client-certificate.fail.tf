resource "azurerm_api_management" "main" {
  name                          = "apim-main"
  resource_group_name           = "rg-api"
  location                      = "westeurope"
  publisher_name                = "Example"
  publisher_email               = "api@example.com"
  sku_name                      = "Consumption_0"
  client_certificate_enabled    = false # ! azure-apim-client-certificate
  public_network_access_enabled = false

  security {
    frontend_tls10_enabled = false
    frontend_tls11_enabled = false
  }
}
