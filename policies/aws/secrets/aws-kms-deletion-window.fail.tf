resource "aws_kms_key" "orders" {
  description             = "Orders"
  enable_key_rotation     = true
  deletion_window_in_days = 31 # ! aws-kms-deletion-window
}
