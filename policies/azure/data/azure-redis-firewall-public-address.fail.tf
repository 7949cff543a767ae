resource "azurerm_redis_firewall_rule" "office" {
  name                = "office"
  redis_cache_name    = "redis-sessions"
  resource_group_name = "rg-data"
  start_ip            = "20.50.2.4" # ! azure-redis-firewall-public-address
  end_ip              = "20.50.2.8"
}
