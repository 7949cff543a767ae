resource "aws_s3_bucket" "site" {
  bucket = "acme-site"

  website { # ! aws-s3-website
    index_document = "index.html"
  }
}
