resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
  acl    = "public-read-write" # ! aws-s3-inline-acl-public-write
}
