resource "azurerm_redis_cache" "sessions" { # ! azure-redis-patch-schedule
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
}
