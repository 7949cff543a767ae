variable "policy" {}

resource "aws_iam_role_policy_attachment" "shop" {
  role       = "shop"
  policy_arn = var.policy
}
