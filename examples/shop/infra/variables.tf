variable "admin_source" {
  description = "Where administrators come from."
  type        = string
  default     = "0.0.0.0/0"
}

variable "sql_password" {
  description = "Given by the pipeline."
  type        = string
  sensitive   = true
}
