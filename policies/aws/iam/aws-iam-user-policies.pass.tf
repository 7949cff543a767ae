resource "aws_iam_policy_attachment" "shop" {
  name       = "shop"
  groups     = ["shop"]
  policy_arn = "arn:aws:iam::111122223333:policy/shop"
}
