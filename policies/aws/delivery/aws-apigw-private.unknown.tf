variable "types" {}

resource "aws_api_gateway_rest_api" "internal" {
  name                     = "internal"
  minimum_compression_size = 1024

  endpoint_configuration {
    types            = var.types
    vpc_endpoint_ids = ["vpce-0a1b2c3d4e5f67890"]
  }
}
