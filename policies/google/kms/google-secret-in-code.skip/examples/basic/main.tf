resource "google_secret_manager_secret_version" "app" {
  secret      = "projects/shop/secrets/app"
  secret_data = "kQ3vXo5bT8nLw2Rz7YcJ"
}
