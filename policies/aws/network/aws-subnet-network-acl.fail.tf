resource "aws_subnet" "private" { # ! aws-subnet-network-acl
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  cidr_block = "10.0.1.0/24"
}
