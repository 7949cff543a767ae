variable "days" {}

resource "aws_kms_key" "orders" {
  description             = "Orders"
  enable_key_rotation     = true
  deletion_window_in_days = var.days
}
