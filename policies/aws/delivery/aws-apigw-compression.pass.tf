resource "aws_api_gateway_rest_api" "internal" {
  name                     = "internal"
  minimum_compression_size = 1024
}
