resource "aws_s3_bucket" "orders" { # ! aws-s3-lifecycle
  bucket = "acme-orders"
}
