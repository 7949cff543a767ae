resource "aws_kinesis_stream" "clicks" {
  name            = "clicks"
  shard_count     = 1
  encryption_type = "NONE" # ! aws-kinesis-encrypted
  kms_key_id      = "alias/clicks"
}
