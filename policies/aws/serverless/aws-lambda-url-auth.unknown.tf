variable "authorization_type" {}

resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = var.authorization_type

  cors {
    allow_origins = ["https://shop.example.com"]
    allow_methods = ["GET"]
  }
}
