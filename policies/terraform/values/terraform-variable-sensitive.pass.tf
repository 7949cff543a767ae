variable "database_password" {
  type        = string
  description = "Password of the application."
  sensitive   = true
}
