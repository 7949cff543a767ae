variable "logs" {}

resource "aws_rds_cluster" "orders" {
  cluster_identifier                  = "orders"
  engine                              = "aurora-mysql"
  master_username                     = "orders_admin"
  manage_master_user_password         = true
  storage_encrypted                   = true
  backup_retention_period             = 14
  iam_database_authentication_enabled = true
  deletion_protection                 = true
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = var.logs
}
