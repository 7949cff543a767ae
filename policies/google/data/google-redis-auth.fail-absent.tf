resource "google_redis_instance" "cart" { # ! google-redis-auth
  name                    = "cart"
  memory_size_gb          = 1
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}
