variable "range" {}

resource "aws_route" "internet" {
  route_table_id         = "rtb-0a1b2c3d4e5f67890"
  destination_cidr_block = var.range
  instance_id            = "i-0a1b2c3d4e5f67890"
}
