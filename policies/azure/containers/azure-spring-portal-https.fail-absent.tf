resource "azurerm_spring_cloud_api_portal" "shop" { # ! azure-spring-portal-https
  name                          = "default"
  spring_cloud_service_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.AppPlatform/spring/spring-shop"
  public_network_access_enabled = false
}
