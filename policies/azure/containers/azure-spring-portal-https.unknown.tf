variable "https_only_enabled" {
  type = bool
}

resource "azurerm_spring_cloud_api_portal" "shop" {
  name                          = "default"
  spring_cloud_service_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.AppPlatform/spring/spring-shop"
  https_only_enabled            = var.https_only_enabled
  public_network_access_enabled = false
}
