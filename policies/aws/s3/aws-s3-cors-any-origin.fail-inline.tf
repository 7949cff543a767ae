resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads"

  cors_rule {
    allowed_methods = ["DELETE"]
    allowed_origins = ["*"] # ! aws-s3-cors-any-origin
  }
}
