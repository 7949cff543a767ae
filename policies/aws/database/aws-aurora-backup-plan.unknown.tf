resource "aws_rds_cluster" "orders" {
  cluster_identifier          = "orders"
  engine                      = "aurora-postgresql"
  master_username             = "orders_admin"
  manage_master_user_password = true
  storage_encrypted           = true
}

module "backup" {
  source  = "git::https://git.example.com/backup.git"
  cluster = aws_rds_cluster.orders.arn
}
