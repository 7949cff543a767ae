resource "azurerm_redis_firewall_rule" "office" {
  name                = "office"
  redis_cache_name    = "redis-sessions"
  resource_group_name = "rg-data"
  start_ip            = "203.0.113.4" # ! azure-redis-firewall-public-address
  end_ip              = "203.0.113.8"
}
