resource "aws_route_table" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  route {
    cidr_block                = "0.0.0.0/0" # ! aws-peering-route-any
    vpc_peering_connection_id = "pcx-0a1b2c3d4e5f67890"
  }
}
