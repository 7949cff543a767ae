resource "aws_security_group_rule" "ops" {
  type              = "ingress"
  security_group_id = "sg-0a1b2c3d4e5f67890"
  description       = "From the office"
  from_port         = 22 # ! aws-sg-ssh-internet
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
