resource "google_redis_instance" "cart" { # ! google-redis-tls
  name           = "cart"
  memory_size_gb = 1
  auth_enabled   = true
}
