resource "aws_elasticache_cluster" "sessions" {
  cluster_id               = "sessions"
  engine                   = "redis"
  engine_version           = "3.2.6" # ! aws-elasticache-redis-version
  node_type                = "cache.t4g.small"
  num_cache_nodes          = 1
  port                     = 6380
  subnet_group_name        = "private"
  snapshot_retention_limit = 7
}
