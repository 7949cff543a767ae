resource "aws_secretsmanager_secret_version" "orders" {
  secret_id     = "orders"
  secret_string = "Kq8-vTz4-pLw2-rNs7" # ! aws-secret-in-code
}
