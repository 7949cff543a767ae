resource "aws_redshift_parameter_group" "sales" {
  name   = "sales"
  family = "redshift-2.0"

  parameter {
    name  = "require_ssl"
    value = "false" # ! aws-redshift-require-tls
  }
}
