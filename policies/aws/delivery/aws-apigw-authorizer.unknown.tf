resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"
}

module "authorizer" {
  source = "git::https://git.example.com/authorizer.git"
  api    = aws_api_gateway_rest_api.orders.id
}
