variable "key_arn" {}

resource "aws_s3_object" "terms" {
  bucket     = "acme-orders"
  key        = "terms.pdf"
  source     = "files/terms.pdf"
  kms_key_id = var.key_arn
}
