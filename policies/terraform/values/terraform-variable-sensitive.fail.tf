variable "database_password" {
  type      = string
  sensitive = false # ! terraform-variable-sensitive
}
