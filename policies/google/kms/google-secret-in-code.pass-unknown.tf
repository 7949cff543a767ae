variable "secret" {
  type = string
}

resource "google_secret_manager_secret_version" "app" {
  secret      = "projects/shop/secrets/app"
  secret_data = var.secret
}
