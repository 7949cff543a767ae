resource "aws_kinesis_stream" "clicks" { # ! aws-kinesis-customer-key
  name            = "clicks"
  shard_count     = 1
  encryption_type = "KMS"
}
