resource "aws_kms_key" "orders" { # ! aws-kms-rotation
  description             = "Orders"
  deletion_window_in_days = 30
}
