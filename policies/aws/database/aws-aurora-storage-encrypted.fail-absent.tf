resource "aws_rds_cluster" "orders" { # ! aws-aurora-storage-encrypted
  cluster_identifier                  = "orders"
  engine                              = "aurora-postgresql"
  master_username                     = "orders_admin"
  manage_master_user_password         = true
  backup_retention_period             = 14
  iam_database_authentication_enabled = true
  deletion_protection                 = true
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
}
