variable "token" {}

resource "aws_ssm_parameter" "token" {
  name   = "/shop/token"
  type   = "String" # ! aws-ssm-parameter-encrypted
  key_id = "alias/shop"
  value  = var.token
}
