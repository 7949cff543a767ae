variable "app_password" {
  type = string
}

resource "google_sql_user" "app" {
  name     = "app"
  instance = "main"
  password = var.app_password
}
