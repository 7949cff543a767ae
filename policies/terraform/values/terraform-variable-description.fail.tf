variable "address" {
  type        = string
  description = "" # ! terraform-variable-description
}
