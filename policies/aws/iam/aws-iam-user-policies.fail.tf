resource "aws_iam_user_policy_attachment" "shop" {
  user       = "ada" # ! aws-iam-user-policies
  policy_arn = "arn:aws:iam::111122223333:policy/shop"
}
