variable "ranges" {}

resource "aws_security_group" "app" {
  name        = "app"
  description = "Application servers"
  vpc_id      = "vpc-0a1b2c3d4e5f67890"

  ingress {
    description = "From the office"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = var.ranges
  }
}
