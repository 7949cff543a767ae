resource "aws_s3_bucket" "orders" { # ! aws-s3-customer-key
  bucket = "acme-orders"
}
