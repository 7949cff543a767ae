variable "range" {}

resource "aws_route_table" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  route {
    cidr_block                = var.range
    vpc_peering_connection_id = "pcx-0a1b2c3d4e5f67890"
  }
}
