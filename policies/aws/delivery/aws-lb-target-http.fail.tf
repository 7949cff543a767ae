resource "aws_lb_target_group" "shop" {
  name     = "shop"
  port     = 8443
  protocol = "HTTP" # ! aws-lb-target-http
  vpc_id   = "vpc-0a1b2c3d4e5f67890"
}
