resource "aws_s3_bucket" "orders" { # ! aws-s3-encryption
  bucket = "acme-orders"
}
