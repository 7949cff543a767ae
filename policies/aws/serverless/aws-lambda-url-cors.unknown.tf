variable "origins" {}

resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = var.origins
    allow_methods = ["GET"]
  }
}
