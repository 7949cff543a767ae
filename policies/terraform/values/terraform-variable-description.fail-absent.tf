variable "address" { # ! terraform-variable-description
  type = string
}
