resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
}

resource "aws_s3_bucket_versioning" "orders" {
  bucket = aws_s3_bucket.orders.id

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Disabled" # ! aws-s3-mfa-delete
  }
}
