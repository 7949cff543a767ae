resource "aws_s3_bucket" "orders" { # ! aws-s3-replication
  bucket = "acme-orders"
}
