resource "aws_s3_bucket" "orders" { # ! aws-s3-event-notifications
  bucket = "acme-orders"
}
