resource "aws_redshift_parameter_group" "sales" { # ! aws-redshift-require-tls
  name   = "sales"
  family = "redshift-2.0"
}
