resource "google_sql_user" "app" {
  name     = "app"
  instance = "main"
  password = "kQ3vXo5bT8nLw2Rz7YcJ" # ! google-sql-user-password-in-code
}
