variable "length" {}

resource "aws_iam_user_login_profile" "ada" {
  user                    = "ada"
  password_length         = var.length
  password_reset_required = true
}
