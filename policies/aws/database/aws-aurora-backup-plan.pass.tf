resource "aws_rds_cluster" "orders" {
  cluster_identifier          = "orders"
  engine                      = "aurora-postgresql"
  master_username             = "orders_admin"
  manage_master_user_password = true
  storage_encrypted           = true
}

resource "aws_backup_selection" "orders" {
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  name         = "orders"
  plan_id      = "plan"
  resources    = [aws_rds_cluster.orders.arn]
}
