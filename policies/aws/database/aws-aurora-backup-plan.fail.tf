resource "aws_rds_cluster" "orders" { # ! aws-aurora-backup-plan
  cluster_identifier          = "orders"
  engine                      = "aurora-postgresql"
  master_username             = "orders_admin"
  manage_master_user_password = true
  storage_encrypted           = true
}
