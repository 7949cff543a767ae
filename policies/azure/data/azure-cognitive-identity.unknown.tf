variable "identity_blocks" {
  type = list(string)
}

resource "azurerm_cognitive_account" "vision" {
  name                          = "cog-vision"
  resource_group_name           = "rg-ai"
  location                      = "westeurope"
  kind                          = "ComputerVision"
  sku_name                      = "S1"
  custom_subdomain_name         = "cog-vision"
  public_network_access_enabled = false
  local_auth_enabled            = false

  dynamic "identity" {
    for_each = var.identity_blocks

    content {
      type = "SystemAssigned"
    }
  }
}
