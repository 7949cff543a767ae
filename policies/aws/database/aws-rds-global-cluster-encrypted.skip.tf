resource "aws_rds_global_cluster" "orders" {
  global_cluster_identifier    = "orders"
  engine                       = "aurora-postgresql"
  source_db_cluster_identifier = "arn:aws:rds:eu-west-1:111122223333:cluster:orders"
}
