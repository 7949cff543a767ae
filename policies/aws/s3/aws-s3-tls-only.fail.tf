resource "aws_s3_bucket" "orders" { # ! aws-s3-tls-only
  bucket = "acme-orders"
}
