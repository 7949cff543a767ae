resource "aws_default_vpc" "default" { # ! aws-default-vpc
}
