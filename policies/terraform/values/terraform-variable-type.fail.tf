variable "address" { # ! terraform-variable-type
  description = "Address of the database."
}
