variable "kms_key_id" {}

resource "aws_cloudwatch_log_group" "shop" {
  name              = "/shop"
  retention_in_days = 365
  kms_key_id        = var.kms_key_id
}
