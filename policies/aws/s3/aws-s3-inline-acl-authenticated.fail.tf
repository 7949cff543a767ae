resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
  acl    = "authenticated-read" # ! aws-s3-inline-acl-authenticated
}
