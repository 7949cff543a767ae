variable "local_auth_enabled" {
  type = bool
}

resource "azurerm_cognitive_account" "vision" {
  name                          = "cog-vision"
  resource_group_name           = "rg-ai"
  location                      = "westeurope"
  kind                          = "ComputerVision"
  sku_name                      = "S1"
  custom_subdomain_name         = "cog-vision"
  public_network_access_enabled = false
  local_auth_enabled            = var.local_auth_enabled

  identity {
    type = "SystemAssigned"
  }
}
