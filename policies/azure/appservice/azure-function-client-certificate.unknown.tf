variable "client_certificate_mode" {
  type = string
}

resource "azurerm_linux_function_app" "orders" {
  name                          = "func-orders"
  resource_group_name           = "rg-shop"
  location                      = "westeurope"
  service_plan_id               = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverFarms/plan-shop"
  storage_account_name          = "stfunc001"
  storage_uses_managed_identity = true
  https_only                    = true
  public_network_access_enabled = false
  client_certificate_enabled    = true
  client_certificate_mode       = var.client_certificate_mode

  site_config {
    minimum_tls_version = "1.2"
    ftps_state          = "Disabled"
    http2_enabled       = true

    application_stack {
      python_version = "3.12"
    }

    cors {
      allowed_origins = ["https://shop.example.com"]
    }
  }

  auth_settings {
    enabled = true
  }

  identity {
    type = "SystemAssigned"
  }
}
