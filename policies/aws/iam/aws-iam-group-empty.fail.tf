resource "aws_iam_group" "ops" { # ! aws-iam-group-empty
  name = "ops"
}
