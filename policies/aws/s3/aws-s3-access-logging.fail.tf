resource "aws_s3_bucket" "orders" { # ! aws-s3-access-logging
  bucket = "acme-orders"
}
