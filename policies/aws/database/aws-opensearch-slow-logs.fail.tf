resource "aws_opensearch_domain" "logs" {
  domain_name = "logs"

  log_publishing_options {
    log_type                 = "ES_APPLICATION_LOGS" # ! aws-opensearch-slow-logs
    cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:search"
  }
}
