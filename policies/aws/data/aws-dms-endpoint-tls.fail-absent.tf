resource "aws_dms_endpoint" "orders" { # ! aws-dms-endpoint-tls
  endpoint_id   = "orders"
  endpoint_type = "source"
  engine_name   = "postgres"
}
