resource "aws_neptune_cluster" "graph" { # ! aws-neptune-iam-auth
  cluster_identifier = "graph"
  storage_encrypted  = true
}
