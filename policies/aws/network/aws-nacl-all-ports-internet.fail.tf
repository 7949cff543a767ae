resource "aws_network_acl" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    protocol   = "-1" # ! aws-nacl-all-ports-internet
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}
