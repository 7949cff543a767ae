variable "master_password" {}

resource "aws_docdb_cluster" "catalog" { # ! aws-docdb-customer-key
  cluster_identifier              = "catalog"
  master_username                 = "catalog_admin"
  master_password                 = var.master_password
  storage_encrypted               = true
  backup_retention_period         = 14
  deletion_protection             = true
  enabled_cloudwatch_logs_exports = ["audit", "profiler"]
}
