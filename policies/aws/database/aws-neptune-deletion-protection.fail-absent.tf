resource "aws_neptune_cluster" "graph" { # ! aws-neptune-deletion-protection
  cluster_identifier      = "graph"
  storage_encrypted       = true
  backup_retention_period = 14
}
