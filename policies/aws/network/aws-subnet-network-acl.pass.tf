resource "aws_subnet" "private" {
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  cidr_block = "10.0.1.0/24"
}

resource "aws_network_acl" "private" {
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  subnet_ids = [aws_subnet.private.id]
}
