resource "aws_kinesis_stream" "clicks" { # ! aws-kinesis-encrypted
  name        = "clicks"
  shard_count = 1
  kms_key_id  = "alias/clicks"
}
