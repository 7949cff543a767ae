resource "aws_db_parameter_group" "orders" { # ! aws-rds-log-statements
  name   = "orders"
  family = "postgres16"
}
