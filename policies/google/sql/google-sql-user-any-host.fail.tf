variable "password" {
  type = string
}

resource "google_sql_user" "app" {
  name     = "root"
  instance = "main"
  password = var.password
  host     = "%" # ! google-sql-user-any-host
}
