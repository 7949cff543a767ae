resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
  acl    = "private"
}
