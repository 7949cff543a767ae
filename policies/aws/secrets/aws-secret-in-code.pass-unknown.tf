variable "value" {}

resource "aws_secretsmanager_secret_version" "orders" {
  secret_id     = "shop"
  secret_string = var.value
}
