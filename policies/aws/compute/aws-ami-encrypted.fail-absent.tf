resource "aws_ami" "shop" {
  name                = "shop"
  virtualization_type = "hvm"
  root_device_name    = "/dev/xvda"

  ebs_block_device { # ! aws-ami-encrypted
    device_name = "/dev/xvda"
    volume_size = 8
  }
}
