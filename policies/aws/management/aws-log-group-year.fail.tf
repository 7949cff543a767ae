resource "aws_cloudwatch_log_group" "shop" {
  name              = "/shop"
  retention_in_days = 30 # ! aws-log-group-year
  kms_key_id        = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
