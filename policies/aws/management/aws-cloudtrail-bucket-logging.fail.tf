resource "aws_s3_bucket" "trail" {
  bucket = "acme-trail"
}

resource "aws_cloudtrail" "main" { # ! aws-cloudtrail-bucket-logging
  name           = "main"
  s3_bucket_name = aws_s3_bucket.trail.id
}
