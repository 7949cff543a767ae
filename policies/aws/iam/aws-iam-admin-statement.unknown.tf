variable "resource" {}

resource "aws_iam_role_policy" "shop" {
  name = "shop"
  role = "shop"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "*"
        Resource = var.resource
      },
    ]
  })
}
