output "address" { # ! terraform-output-description
  value = "10.0.0.1"
}
