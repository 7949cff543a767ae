module "site" {
  source = "git::https://git.example.com/site.git"
  bucket = aws_s3_bucket.site.id
}

resource "aws_s3_bucket" "site" {
  bucket = "acme-site"
}
