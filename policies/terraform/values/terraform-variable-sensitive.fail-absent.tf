variable "database_password" { # ! terraform-variable-sensitive
  type = string
}
