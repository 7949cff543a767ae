resource "aws_default_subnet" "a" {
  availability_zone = "eu-west-1a"
}

resource "aws_instance" "shop" {
  ami           = "ami-0a1b2c3d4e5f67890"
  instance_type = "t3.medium"
  subnet_id     = aws_default_subnet.a.id # ! aws-ec2-default-vpc

  metadata_options {
    http_tokens = "required"
  }
}
