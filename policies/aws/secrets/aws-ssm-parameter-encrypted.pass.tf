variable "token" {}

resource "aws_ssm_parameter" "token" {
  name   = "/shop/token"
  type   = "SecureString"
  key_id = "alias/shop"
  value  = var.token
}
