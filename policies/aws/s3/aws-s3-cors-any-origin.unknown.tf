variable "origins" {}

resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads"
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    allowed_headers = ["content-type"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = var.origins
  }
}
