resource "azurerm_api_management_backend" "orders" {
  name                = "orders"
  resource_group_name = "rg-api"
  api_management_name = "apim-main"
  protocol            = "http"
  url                 = "http://orders.internal.example.com" # ! azure-apim-backend-https
}
