resource "aws_api_gateway_rest_api" "orders" { # ! aws-apigw-authorizer
  name = "orders"
}
