variable "type" {}

variable "token" {}

resource "aws_ssm_parameter" "token" {
  name   = "/shop/token"
  type   = var.type
  key_id = "alias/shop"
  value  = var.token
}
