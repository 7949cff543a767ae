resource "aws_vpc_security_group_ingress_rule" "ops" {
  security_group_id = "sg-0a1b2c3d4e5f67890"
  description       = "From the office"
  from_port         = 80 # ! aws-sg-http-internet
  to_port           = 80
  ip_protocol       = "tcp"
  cidr_ipv6         = "::/0"
}
