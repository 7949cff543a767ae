variable "rotation" {}

resource "aws_kms_key" "orders" {
  description             = "Orders"
  enable_key_rotation     = var.rotation
  deletion_window_in_days = 30
}
