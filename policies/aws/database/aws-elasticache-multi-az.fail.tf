resource "aws_elasticache_cluster" "sessions" {
  cluster_id        = "sessions"
  engine            = "memcached"
  engine_version    = "1.6.22"
  node_type         = "cache.t4g.small"
  num_cache_nodes   = 3
  port              = 6380
  subnet_group_name = "private"
  az_mode           = "single-az" # ! aws-elasticache-multi-az
}
