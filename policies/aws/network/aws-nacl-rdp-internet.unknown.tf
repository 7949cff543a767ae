variable "range" {}

resource "aws_network_acl" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = var.range
    from_port  = 3389
    to_port    = 3389
  }
}
