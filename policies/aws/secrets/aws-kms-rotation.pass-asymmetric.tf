resource "aws_kms_key" "orders" {
  description              = "Orders"
  customer_master_key_spec = "RSA_2048"
  deletion_window_in_days  = 30
}
