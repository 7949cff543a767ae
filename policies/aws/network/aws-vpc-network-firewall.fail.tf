resource "aws_vpc" "main" { # ! aws-vpc-network-firewall
  cidr_block = "10.0.0.0/16"
}
