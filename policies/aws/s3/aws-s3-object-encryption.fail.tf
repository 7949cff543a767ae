resource "aws_s3_object" "terms" { # ! aws-s3-object-encryption
  bucket = "acme-orders"
  key    = "terms.pdf"
  source = "files/terms.pdf"
}
