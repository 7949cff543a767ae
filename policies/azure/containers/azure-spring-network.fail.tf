resource "azurerm_spring_cloud_service" "shop" { # ! azure-spring-network
  name                = "spring-shop"
  resource_group_name = "rg-shop"
  location            = "westeurope"
  sku_name            = "S0"
  sku_tier            = "Standard"
}

resource "azurerm_spring_cloud_app" "web" {
  name                = "web"
  resource_group_name = "rg-shop"
  service_name        = azurerm_spring_cloud_service.shop.name
  https_only          = true
  tls_enabled         = true
}
