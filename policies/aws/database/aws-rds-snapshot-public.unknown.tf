variable "accounts" {}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-2025"
  shared_accounts        = var.accounts
}
