resource "azurerm_api_management_api" "orders" {
  name                  = "orders"
  resource_group_name   = "rg-api"
  api_management_name   = "apim-main"
  revision              = "1"
  display_name          = "Orders"
  path                  = "orders"
  protocols             = ["http", "https"] # ! azure-apim-api-https
  subscription_required = true
}
