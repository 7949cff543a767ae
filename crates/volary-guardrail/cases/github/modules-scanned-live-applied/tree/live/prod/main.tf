module "exports" {
  source = "git::https://github.com/treecreeper/terraform-modules.git//bucket?ref=v2.4.0"
  prefix = "treecreeper-prod"
}

resource "aws_security_group_rule" "admin" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.20.0.0/16"]
  security_group_id = aws_security_group.admin.id
}
