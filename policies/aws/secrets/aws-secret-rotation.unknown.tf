resource "aws_secretsmanager_secret" "orders" {
  name = "orders"
}

module "rotation" {
  source = "git::https://git.example.com/rotation.git"
  secret = aws_secretsmanager_secret.orders.id
}
