resource "aws_kinesis_firehose_delivery_stream" "clicks" {
  name        = "clicks"
  destination = "extended_s3"

  server_side_encryption { # ! aws-firehose-customer-key
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
  }
}
