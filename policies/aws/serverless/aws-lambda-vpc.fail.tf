resource "aws_lambda_function" "orders" { # ! aws-lambda-vpc
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
}
