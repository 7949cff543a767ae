variable "patch_schedule_blocks" {
  type = list(string)
}

resource "azurerm_redis_cache" "sessions" {
  name                          = "redis-sessions"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  capacity                      = 1
  family                        = "P"
  sku_name                      = "Premium"
  non_ssl_port_enabled          = false
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false

  redis_configuration {
    authentication_enabled = true
  }

  dynamic "patch_schedule" {
    for_each = var.patch_schedule_blocks

    content {
      day_of_week    = "Sunday"
      start_hour_utc = 3
    }
  }
}
