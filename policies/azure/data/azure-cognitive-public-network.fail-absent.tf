resource "azurerm_cognitive_account" "vision" { # ! azure-cognitive-public-network
  name                  = "cog-vision"
  resource_group_name   = "rg-ai"
  location              = "westeurope"
  kind                  = "ComputerVision"
  sku_name              = "S1"
  custom_subdomain_name = "cog-vision"
  local_auth_enabled    = false

  identity {
    type = "SystemAssigned"
  }
}
