resource "aws_rds_global_cluster" "orders" { # ! aws-rds-global-cluster-encrypted
  global_cluster_identifier = "orders"
  engine                    = "aurora-postgresql"
}
