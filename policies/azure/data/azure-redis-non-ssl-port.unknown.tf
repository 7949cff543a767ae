variable "non_ssl_port_enabled" {
  type = bool
}

resource "azurerm_redis_cache" "sessions" {
  name                          = "redis-sessions"
  resource_group_name           = "rg-data"
  location                      = "westeurope"
  capacity                      = 1
  family                        = "P"
  sku_name                      = "Premium"
  non_ssl_port_enabled          = var.non_ssl_port_enabled
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false

  redis_configuration {
    authentication_enabled = true
  }

  patch_schedule {
    day_of_week    = "Sunday"
    start_hour_utc = 3
  }
}
