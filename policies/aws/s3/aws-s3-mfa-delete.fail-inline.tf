resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"

  versioning {
    enabled    = true
    mfa_delete = false # ! aws-s3-mfa-delete
  }
}
