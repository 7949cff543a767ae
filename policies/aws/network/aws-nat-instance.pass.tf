resource "aws_route" "internet" {
  route_table_id         = "rtb-0a1b2c3d4e5f67890"
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = "nat-0a1b2c3d4e5f67890"
}
