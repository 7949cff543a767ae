resource "aws_secretsmanager_secret" "orders" { # ! aws-secret-rotation
  name = "orders"
}
