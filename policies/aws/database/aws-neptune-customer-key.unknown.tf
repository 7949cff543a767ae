variable "kms_key_arn" {}

resource "aws_neptune_cluster" "graph" {
  cluster_identifier                  = "graph"
  storage_encrypted                   = true
  kms_key_arn                         = var.kms_key_arn
  iam_database_authentication_enabled = true
  deletion_protection                 = true
  enable_cloudwatch_logs_exports      = ["audit"]
}
