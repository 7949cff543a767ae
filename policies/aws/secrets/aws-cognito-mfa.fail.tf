resource "aws_cognito_user_pool" "shop" {
  name              = "shop"
  mfa_configuration = "OFF" # ! aws-cognito-mfa

  software_token_mfa_configuration {
    enabled = true
  }
}
