variable "url" {
  type = string
}

resource "azurerm_api_management_backend" "orders" {
  name                = "orders"
  resource_group_name = "rg-api"
  api_management_name = "apim-main"
  protocol            = "http"
  url                 = var.url
}
