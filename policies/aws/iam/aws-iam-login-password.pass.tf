resource "aws_iam_user_login_profile" "ada" {
  user                    = "ada"
  password_length         = 20
  password_reset_required = true
}
