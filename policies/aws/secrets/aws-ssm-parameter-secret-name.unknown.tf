variable "type" {}

variable "token" {}

resource "aws_ssm_parameter" "token" {
  name  = "/shop/db-password"
  type  = var.type
  value = var.token
}
