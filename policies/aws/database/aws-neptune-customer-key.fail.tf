resource "aws_neptune_cluster" "graph" { # ! aws-neptune-customer-key
  cluster_identifier                  = "graph"
  storage_encrypted                   = true
  iam_database_authentication_enabled = true
  deletion_protection                 = true
  enable_cloudwatch_logs_exports      = ["audit"]
}
