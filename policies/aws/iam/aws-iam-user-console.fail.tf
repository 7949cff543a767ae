resource "aws_iam_user" "ada" {
  name = "ada" # ! aws-iam-user-console
}

resource "aws_iam_user_login_profile" "ada" {
  user                    = aws_iam_user.ada.name
  password_reset_required = true
}
