resource "azurerm_spring_cloud_service" "shop" {
  name                = "spring-shop"
  resource_group_name = "rg-shop"
  location            = "westeurope"
  sku_name            = "S0"
  sku_tier            = "Standard"

  network {
    app_subnet_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-spring-app"
    service_runtime_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-spring"
    cidr_ranges               = ["10.4.0.0/16", "10.5.0.0/16", "10.3.0.1/16"]
  }
}

resource "azurerm_spring_cloud_app" "web" {
  name                = "web"
  resource_group_name = "rg-shop"
  service_name        = azurerm_spring_cloud_service.shop.name
  https_only          = true
  tls_enabled         = false # ! azure-spring-tls
}
