variable "password" {
  type = string
}

variable "host" {
  type = string
}

resource "google_sql_user" "app" {
  name     = "root"
  instance = "main"
  password = var.password
  host     = var.host
}
