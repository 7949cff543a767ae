variable "users" {}

resource "aws_iam_policy_attachment" "shop" {
  name       = "shop"
  users      = var.users
  policy_arn = "arn:aws:iam::111122223333:policy/shop"
}
