resource "azurerm_app_service" "legacy" {
  name                = "app-legacy"
  resource_group_name = "rg-shop"
  location            = "westeurope"
  app_service_plan_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverFarms/plan-shop"
  https_only          = true
  client_cert_enabled = true

  site_config {
    min_tls_version = "1.2"
    ftps_state      = "FtpsOnly"
    http2_enabled   = true
    python_version  = "2.7" # ! azure-appservice-python-end-of-life
  }

  auth_settings {
    enabled = true
  }

  identity {
    type = "SystemAssigned"
  }
}
