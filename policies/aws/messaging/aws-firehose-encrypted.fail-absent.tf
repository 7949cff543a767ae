resource "aws_kinesis_firehose_delivery_stream" "clicks" { # ! aws-firehose-encrypted
  name        = "clicks"
  destination = "extended_s3"
}
