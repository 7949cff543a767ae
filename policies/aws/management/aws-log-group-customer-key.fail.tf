resource "aws_cloudwatch_log_group" "shop" { # ! aws-log-group-customer-key
  name              = "/shop"
  retention_in_days = 365
}
