resource "aws_s3_bucket" "orders" { # ! aws-s3-public-access-block
  bucket = "acme-orders"
}
