variable "password" {
  type = string
}

resource "google_sql_user" "app" {
  name     = "app"
  instance = "main"
  password = var.password
  host     = "10.20.%"
}
