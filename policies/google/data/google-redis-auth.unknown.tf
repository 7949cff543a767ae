variable "auth" {
  type = bool
}

resource "google_redis_instance" "cart" {
  name                    = "cart"
  memory_size_gb          = 1
  auth_enabled            = var.auth
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}
