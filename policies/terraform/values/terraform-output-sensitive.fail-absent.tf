output "database_password" { # ! terraform-output-sensitive
  value = "${random_password.database.result}"
}
