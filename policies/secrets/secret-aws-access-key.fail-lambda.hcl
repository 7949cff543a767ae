resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  environment {
    variables = {
      ACCESS_KEY = "AKIAQUMPMHS6PJARB7LM" # ! secret-aws-access-key
    }
  }
}
