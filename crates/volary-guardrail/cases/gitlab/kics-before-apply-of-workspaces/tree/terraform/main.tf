terraform {
  backend "s3" {
    bucket = "halden-tfstate"
    region = "eu-north-1"
  }
}

resource "aws_s3_bucket" "exports" {
  bucket = "halden-exports-${var.env}"
}

resource "aws_s3_bucket_public_access_block" "exports" {
  bucket                  = aws_s3_bucket.exports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

variable "env" { type = string }
