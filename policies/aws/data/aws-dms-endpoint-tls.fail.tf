resource "aws_dms_endpoint" "orders" {
  endpoint_id   = "orders"
  endpoint_type = "source"
  engine_name   = "postgres"
  ssl_mode      = "none" # ! aws-dms-endpoint-tls
}
