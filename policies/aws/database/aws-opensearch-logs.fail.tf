resource "aws_elasticsearch_domain" "logs" { # ! aws-opensearch-logs
  domain_name = "logs"
}
