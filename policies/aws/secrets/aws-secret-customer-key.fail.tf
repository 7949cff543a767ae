resource "aws_secretsmanager_secret" "orders" { # ! aws-secret-customer-key
  name                    = "orders"
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_rotation" "orders" {
  secret_id           = aws_secretsmanager_secret.orders.id
  rotation_lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:rotate"

  rotation_rules {
    automatically_after_days = 30
  }
}
