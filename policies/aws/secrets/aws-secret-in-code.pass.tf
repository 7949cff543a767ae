variable "value" {}

resource "aws_secretsmanager_secret_version" "orders" {
  secret_id     = "orders"
  secret_string = var.value
}
