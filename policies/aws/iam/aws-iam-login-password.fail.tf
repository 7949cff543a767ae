resource "aws_iam_user_login_profile" "ada" {
  user                    = "ada"
  password_length         = 8 # ! aws-iam-login-password
  password_reset_required = true
}
