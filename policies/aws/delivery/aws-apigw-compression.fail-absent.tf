resource "aws_api_gateway_rest_api" "internal" { # ! aws-apigw-compression
  name = "internal"
}
