resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

module "groups" {
  source = "git::https://git.example.com/groups.git"
  vpc    = aws_vpc.main.id
}
