variable "principals" {}

resource "aws_s3_bucket_policy" "orders" {
  bucket = "acme-orders"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::acme-orders/*"
        Principal = var.principals
      },
    ]
  })
}
