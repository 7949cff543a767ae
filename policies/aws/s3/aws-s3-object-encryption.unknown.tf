variable "encryption" {}

resource "aws_s3_object" "terms" {
  bucket                 = "acme-orders"
  key                    = "terms.pdf"
  source                 = "files/terms.pdf"
  server_side_encryption = var.encryption
}
