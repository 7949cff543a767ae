resource "aws_route_table" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  route {
    cidr_block                = "10.2.0.0/16"
    vpc_peering_connection_id = "pcx-0a1b2c3d4e5f67890"
  }
}
