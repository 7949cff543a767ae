resource "aws_globalaccelerator_accelerator" "shop" {
  name    = "shop"
  enabled = true

  attributes {
    flow_logs_enabled   = true
    flow_logs_s3_bucket = "acme-flow-logs"
    flow_logs_s3_prefix = "shop/"
  }
}
