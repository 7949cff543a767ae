resource "aws_security_group" "ops" {
  name        = "ops"
  description = "Operators"
  vpc_id      = "vpc-0123456789abcdef0"

  ingress {
    description = "Operators"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["203.0.113.0/28"]
  }
}
