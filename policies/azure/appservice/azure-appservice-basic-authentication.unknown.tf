variable "ftp_publish_basic_authentication_enabled" {
  type = bool
}

resource "azurerm_linux_web_app" "shop" {
  name                                           = "app-shop"
  resource_group_name                            = "rg-shop"
  location                                       = "westeurope"
  service_plan_id                                = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverFarms/plan-shop"
  https_only                                     = true
  ftp_publish_basic_authentication_enabled       = var.ftp_publish_basic_authentication_enabled
  webdeploy_publish_basic_authentication_enabled = false

  site_config {
    minimum_tls_version = "1.2"
  }
}
