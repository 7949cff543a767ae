resource "aws_iam_user" "ada" { # ! aws-iam-user-without-group
  name = "ada"
}
