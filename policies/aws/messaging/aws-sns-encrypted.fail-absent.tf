resource "aws_sns_topic" "orders" { # ! aws-sns-encrypted
  name = "orders"
}
