resource "aws_opensearch_domain" "logs" { # ! aws-opensearch-audit-logs
  domain_name = "logs"
}
