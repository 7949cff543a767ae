variable "principal" {}

resource "aws_iam_role" "shop" {
  name = "shop"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = var.principal }
      },
    ]
  })
}
