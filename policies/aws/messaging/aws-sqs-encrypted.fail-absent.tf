resource "aws_sqs_queue" "orders" { # ! aws-sqs-encrypted
  name = "orders"
}
