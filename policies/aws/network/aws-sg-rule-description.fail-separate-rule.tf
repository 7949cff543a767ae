resource "aws_vpc_security_group_ingress_rule" "ops" { # ! aws-sg-rule-description
  security_group_id = "sg-0a1b2c3d4e5f67890"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
  cidr_ipv4         = "203.0.113.0/28"
}
