resource "aws_api_gateway_method" "orders" {
  rest_api_id          = "a1b2c3d4e5"
  resource_id          = "abc123"
  http_method          = "GET"
  authorization        = "NONE" # ! aws-apigw-method-auth
  request_validator_id = "val123"
}
