variable "token" {}

resource "aws_ssm_parameter" "token" {
  name  = "/shop/db-password"
  type  = "String" # ! aws-ssm-parameter-secret-name
  value = var.token
}
