resource "aws_apigatewayv2_route" "orders" { # ! aws-apigwv2-route-auth
  api_id    = "a1b2c3d4e5"
  route_key = "GET /orders"
}
