variable "range" {}

resource "aws_route" "partner" {
  route_table_id            = "rtb-0a1b2c3d4e5f67890"
  destination_cidr_block    = var.range
  vpc_peering_connection_id = "pcx-0a1b2c3d4e5f67890"
}
