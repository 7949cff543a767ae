resource "aws_vpc" "main" { # ! aws-vpc-flow-logs
  cidr_block = "10.0.0.0/16"
}
