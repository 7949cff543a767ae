variable "is_enabled" {}

resource "aws_kms_key" "orders" {
  description             = "Orders"
  enable_key_rotation     = true
  is_enabled              = var.is_enabled
  deletion_window_in_days = 30
}
