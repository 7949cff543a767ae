variable "token" {}

resource "aws_ssm_parameter" "token" {
  name  = "/shop/db-password"
  type  = "SecureString"
  value = var.token
}
