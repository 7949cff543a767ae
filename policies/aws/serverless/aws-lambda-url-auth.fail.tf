resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "NONE" # ! aws-lambda-url-auth

  cors {
    allow_origins = ["https://shop.example.com"]
    allow_methods = ["GET"]
  }
}
