variable "flow_logs_enabled" {}

resource "aws_globalaccelerator_accelerator" "shop" {
  name    = "shop"
  enabled = true

  attributes {
    flow_logs_enabled   = var.flow_logs_enabled
    flow_logs_s3_bucket = "acme-flow-logs"
    flow_logs_s3_prefix = "shop/"
  }
}
