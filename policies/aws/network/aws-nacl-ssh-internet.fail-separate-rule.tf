resource "aws_network_acl_rule" "ops" {
  network_acl_id = "acl-0a1b2c3d4e5f67890"
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 22 # ! aws-nacl-ssh-internet
  to_port        = 22
}
