resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
}

resource "aws_s3_bucket_ownership_controls" "orders" {
  bucket = aws_s3_bucket.orders.id

  rule {
    object_ownership = "ObjectWriter" # ! aws-s3-acl-disabled
  }
}
