resource "aws_kms_key" "orders" {
  description             = "Orders"
  is_enabled              = false
  deletion_window_in_days = 30
}
