resource "aws_iam_role_policy_attachment" "shop" {
  role       = "shop"
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" # ! aws-iam-administrator-access
}
