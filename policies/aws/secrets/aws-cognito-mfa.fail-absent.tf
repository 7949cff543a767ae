resource "aws_cognito_user_pool" "shop" { # ! aws-cognito-mfa
  name = "shop"

  software_token_mfa_configuration {
    enabled = true
  }
}
