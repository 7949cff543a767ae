resource "aws_network_acl" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "10.0.0.0/16"
    from_port  = 443
    to_port    = 443
  }
}
