resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

module "flow_logs" {
  source = "git::https://git.example.com/flow-logs.git"
  vpc    = aws_vpc.main.id
}
