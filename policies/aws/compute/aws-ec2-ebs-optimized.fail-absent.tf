resource "aws_instance" "shop" { # ! aws-ec2-ebs-optimized
  ami                         = "ami-0a1b2c3d4e5f67890"
  instance_type               = "t3.medium"
  subnet_id                   = "subnet-0a1b2c3d4e5f67890"
  vpc_security_group_ids      = ["sg-0a1b2c3d4e5f67890"]
  associate_public_ip_address = false
  monitoring                  = true
  iam_instance_profile        = "shop"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  root_block_device {
    encrypted = true
  }
}
