variable "virtual_network_configuration_blocks" {
  type = list(string)
}

resource "azurerm_api_management" "main" {
  name                          = "apim-main"
  resource_group_name           = "rg-api"
  location                      = "westeurope"
  publisher_name                = "Example"
  publisher_email               = "api@example.com"
  sku_name                      = "Premium_1"
  public_network_access_enabled = false
  virtual_network_type          = "Internal"

  dynamic "virtual_network_configuration" {
    for_each = var.virtual_network_configuration_blocks

    content {
      subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-apim"
    }
  }

  security {
    frontend_tls10_enabled = false
    frontend_tls11_enabled = false
  }
}
