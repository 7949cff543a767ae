variable "logs_blocks" {
  type = list(string)
}

resource "azurerm_linux_web_app" "shop" {
  name                          = "app-shop"
  resource_group_name           = "rg-shop"
  location                      = "westeurope"
  service_plan_id               = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverFarms/plan-shop"
  https_only                    = true
  public_network_access_enabled = false
  client_certificate_enabled    = true

  site_config {
    minimum_tls_version      = "1.2"
    ftps_state               = "Disabled"
    http2_enabled            = true
    remote_debugging_enabled = false
    health_check_path        = "/health"

    application_stack {
      python_version = "3.12"
    }

    cors {
      allowed_origins = ["https://shop.example.com"]
    }
  }

  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true

    login {
      token_store_enabled = true
    }
  }

  identity {
    type = "SystemAssigned"
  }

  dynamic "logs" {
    for_each = var.logs_blocks

    content {
      detailed_error_messages = true
      failed_request_tracing  = true

      http_logs {
        file_system {
          retention_in_days = 30
          retention_in_mb   = 50
        }
      }
    }
  }
}
