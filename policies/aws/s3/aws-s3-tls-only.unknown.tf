variable "policy" {}

resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"
}

data "aws_iam_policy_document" "elsewhere" {
  source_policy_documents = [var.policy]
}

resource "aws_s3_bucket_policy" "orders" {
  bucket = aws_s3_bucket.orders.id
  policy = data.aws_iam_policy_document.elsewhere.json
}
