resource "azurerm_redis_firewall_rule" "office" {
  name                = "office"
  redis_cache_name    = "redis-sessions"
  resource_group_name = "rg-data"
  start_ip            = "0.0.0.0" # ! azure-redis-firewall-any-address
  end_ip              = "255.255.255.255"
}
