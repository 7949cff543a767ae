resource "aws_launch_configuration" "shop" { # ! aws-ec2-launch-disks-encrypted
  name                        = "shop"
  image_id                    = "ami-0a1b2c3d4e5f67890"
  instance_type               = "t3.medium"
  associate_public_ip_address = false
  enable_monitoring           = true

  metadata_options {
    http_tokens = "required"
  }
}
