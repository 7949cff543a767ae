variable "http_put_response_hop_limit" {}

resource "aws_launch_template" "shop" {
  name          = "shop"
  image_id      = "ami-0a1b2c3d4e5f67890"
  instance_type = "t3.medium"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = var.http_put_response_hop_limit
  }

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = ["sg-0a1b2c3d4e5f67890"]
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted = true
    }
  }
}
