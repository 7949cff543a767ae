resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
  acl    = "public-read" # ! aws-s3-inline-acl-public
}
