variable "address" {
  type        = string
  description = "Address of the database."
}
