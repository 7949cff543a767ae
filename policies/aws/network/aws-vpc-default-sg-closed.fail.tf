resource "aws_vpc" "main" { # ! aws-vpc-default-sg-closed
  cidr_block = "10.0.0.0/16"
}
