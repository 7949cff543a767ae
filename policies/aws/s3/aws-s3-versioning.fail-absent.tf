resource "aws_s3_bucket" "orders" { # ! aws-s3-versioning
  bucket = "acme-orders"
}
