variable "master_password" {}

variable "kms_key_id" {}

resource "aws_docdb_cluster" "catalog" {
  cluster_identifier              = "catalog"
  master_username                 = "catalog_admin"
  master_password                 = var.master_password
  storage_encrypted               = true
  kms_key_id                      = var.kms_key_id
  backup_retention_period         = 14
  deletion_protection             = true
  enabled_cloudwatch_logs_exports = ["audit", "profiler"]
}
