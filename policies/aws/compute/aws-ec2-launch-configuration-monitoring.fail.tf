resource "aws_launch_configuration" "shop" {
  name                        = "shop"
  image_id                    = "ami-0a1b2c3d4e5f67890"
  instance_type               = "t3.medium"
  associate_public_ip_address = false
  enable_monitoring           = false # ! aws-ec2-launch-configuration-monitoring

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted = true
  }
}
