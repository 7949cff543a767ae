resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

module "firewall" {
  source = "git::https://git.example.com/firewall.git"
  vpc    = aws_vpc.main.id
}
