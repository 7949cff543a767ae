variable "start_ip" {
  type = string
}

resource "azurerm_redis_firewall_rule" "office" {
  name                = "office"
  redis_cache_name    = "redis-sessions"
  resource_group_name = "rg-data"
  start_ip            = var.start_ip
  end_ip              = "10.20.1.8"
}
