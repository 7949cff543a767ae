resource "aws_vpc_security_group_ingress_rule" "ops" {
  security_group_id = "sg-0a1b2c3d4e5f67890"
  description       = "From the office"
  from_port         = 3389 # ! aws-sg-rdp-internet
  to_port           = 3389
  ip_protocol       = "tcp"
  cidr_ipv6         = "::/0"
}
