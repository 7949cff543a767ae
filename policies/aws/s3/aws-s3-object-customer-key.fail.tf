resource "aws_s3_object" "terms" { # ! aws-s3-object-customer-key
  bucket = "acme-orders"
  key    = "terms.pdf"
  source = "files/terms.pdf"
}
