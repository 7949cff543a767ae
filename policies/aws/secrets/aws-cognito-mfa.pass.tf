resource "aws_cognito_user_pool" "shop" {
  name              = "shop"
  mfa_configuration = "ON"

  software_token_mfa_configuration {
    enabled = true
  }
}
