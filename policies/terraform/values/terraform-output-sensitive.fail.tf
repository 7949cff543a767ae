output "database_password" {
  value     = random_password.database.result
  sensitive = false # ! terraform-output-sensitive
}
