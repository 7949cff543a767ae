resource "aws_cloudtrail" "main" { # ! aws-cloudtrail-multi-region
  name                          = "main"
  s3_bucket_name                = "acme-trail"
  include_global_service_events = true
  enable_logging                = true
  enable_log_file_validation    = true
  kms_key_id                    = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  cloud_watch_logs_group_arn    = "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"
  cloud_watch_logs_role_arn     = "arn:aws:iam::111122223333:role/trail"
  sns_topic_name                = "trail"
}
