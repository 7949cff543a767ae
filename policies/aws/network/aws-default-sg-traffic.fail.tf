resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress { # ! aws-default-sg-traffic
    protocol  = "-1"
    self      = true
    from_port = 0
    to_port   = 0
  }
}
