resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"

  versioning {
    enabled = false # ! aws-s3-versioning
  }
}
