resource "aws_instance" "shop" { # ! aws-ec2-metadata-v2
  ami           = "ami-0a1b2c3d4e5f67890"
  instance_type = "t3.medium"
}
