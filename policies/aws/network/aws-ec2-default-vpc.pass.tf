resource "aws_subnet" "private" {
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  cidr_block = "10.0.1.0/24"
}

resource "aws_instance" "shop" {
  ami           = "ami-0a1b2c3d4e5f67890"
  instance_type = "t3.medium"
  subnet_id     = aws_subnet.private.id

  metadata_options {
    http_tokens = "required"
  }
}
