resource "aws_elasticache_cluster" "sessions" { # ! aws-elasticache-subnet-group
  cluster_id               = "sessions"
  engine                   = "redis"
  engine_version           = "7.1"
  node_type                = "cache.t4g.small"
  num_cache_nodes          = 1
  port                     = 6380
  snapshot_retention_limit = 7
}
