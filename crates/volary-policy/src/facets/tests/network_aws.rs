use super::lines;

const FIELDS: &[&str] = &["direction", "access", "protocol", "ports", "sources", "destinations"];

#[test]
fn blocks_of_security_groups() {
    let text = r#"
resource "aws_security_group" "a" {
  name = "a"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8",
      "0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    from_port       = 1000
    to_port         = "2000"
    protocol        = 17
    security_groups = [aws_security_group.b.id]
    self            = true
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "b" {
  ingress = [{
    from_port   = 8
    to_port     = 0
    protocol    = "icmp"
    cidr_blocks = ["10.0.0.0/8"]
    self        = false
  }]
}
"#;
    assert_eq!(
        lines(text, "network.rule", FIELDS),
        [
            "aws_security_group.a/ingress/tcp:22 direction=ingress@4 access=allow@4 protocol=tcp@8 ports=[22@6] \
             sources=[10.0.0.0/8@9 0.0.0.0/0@10 ::/0@11] destinations=[]",
            "aws_security_group.a/ingress/udp:1000-2000 direction=ingress@13 access=allow@13 protocol=udp@16 \
             ports=[1000-2000@14] sources=[?sg-@17 self@18] destinations=[]",
            "aws_security_group.a/egress/any:0-65535 direction=egress@20 access=allow@20 protocol=any@23 \
             ports=[0-65535@23] sources=[] destinations=[0.0.0.0/0@24]",
            "aws_security_group.b/ingress/icmp: direction=ingress@28 access=allow@28 protocol=icmp@31 ports=[] \
             sources=[10.0.0.0/8@32] destinations=[]",
        ]
    );
}

#[test]
fn separate_rules_belong_to_their_group() {
    let text = r#"
resource "aws_security_group" "a" {}
resource "aws_security_group_rule" "in" {
  type              = "ingress"
  from_port         = 3389
  to_port           = 3389
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.a.id
}
resource "aws_vpc_security_group_ingress_rule" "v" {
  security_group_id = aws_security_group.a.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_egress_rule" "e" {
  security_group_id            = var.outside
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.a.id
}
variable "outside" {}
"#;
    assert_eq!(
        lines(text, "network.rule", FIELDS),
        [
            "aws_security_group_rule.in of aws_security_group.a direction=ingress@4 access=allow@3 protocol=tcp@7 \
             ports=[3389@5] sources=[0.0.0.0/0@8] destinations=[]",
            "aws_vpc_security_group_ingress_rule.v of aws_security_group.a direction=ingress@11 access=allow@11 \
             protocol=any@13 ports=[0-65535@13] sources=[0.0.0.0/0@14] destinations=[]",
            "aws_vpc_security_group_egress_rule.e direction=egress@16 access=allow@16 protocol=tcp@18 ports=[443@19] \
             sources=[] destinations=[?sg-@21]",
        ]
    );
}

#[test]
fn what_is_not_known_stays_there() {
    let text = r#"
variable "rules" {}
variable "cidrs" { type = list(string) }
variable "port" { type = number }
variable "protocol" {}
variable "way" {}
resource "aws_security_group" "a" {
  dynamic "ingress" {
    for_each = var.rules
    content {
      from_port = ingress.value
      to_port = ingress.value
      protocol = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  ingress {
    from_port = var.port
    to_port = 22
    protocol = "tcp"
    cidr_blocks = concat(["10.0.0.0/8"], var.cidrs)
  }
  egress {
    from_port = 0
    to_port = 0
    protocol = var.protocol
    cidr_blocks = var.cidrs
  }
}
resource "aws_security_group_rule" "r" {
  type = var.way
  from_port = 22
  to_port = 22
  protocol = "tcp"
  self = var.way
}
"#;
    assert_eq!(
        lines(text, "network.rule", FIELDS),
        [
            "aws_security_group.a/ingress/tcp:? direction=ingress@17 access=allow@17 protocol=tcp@20 ports=[?@18] \
             sources=?[10.0.0.0/8@21]@21 destinations=[]",
            "aws_security_group.a/ingress/?:? (maybe) direction=ingress@8 access=allow@8 protocol=?@8 ports=?@8 \
             sources=?@8 destinations=[]",
            "aws_security_group.a/egress/?:? direction=egress@23 access=allow@23 protocol=?@26 ports=?@26 sources=[] \
             destinations=?@27",
            "aws_security_group_rule.r direction=?@31 access=allow@30 protocol=tcp@34 ports=[22@32] sources=?@31 \
             destinations=?@31",
        ]
    );
}

#[test]
fn network_acls_weigh_their_rules() {
    let text = r#"
resource "aws_network_acl" "a" {
  ingress {
    rule_no    = 100
    action     = "deny"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}
resource "aws_network_acl_rule" "r" {
  network_acl_id = aws_network_acl.a.id
  rule_number    = 200
  rule_action    = "allow"
  protocol       = "6"
  from_port      = 22
  to_port        = 22
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl_rule" "s" {
  network_acl_id = aws_network_acl.a.id
  rule_number    = 50
  egress         = false
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 443
  to_port        = 443
  cidr_block     = "0.0.0.0/0"
}
"#;
    let fields = ["direction", "access", "protocol", "ports", "sources", "destinations", "priority", "effective"];
    assert_eq!(
        lines(text, "network.rule", &fields),
        [
            "aws_network_acl.a/ingress/any:0-65535 direction=ingress@3 access=deny@5 protocol=any@6 ports=[0-65535@6] \
             sources=[0.0.0.0/0@9] destinations=[] priority=100@4 effective=true@3",
            "aws_network_acl.a/egress/any:0-65535 direction=egress@11 access=allow@13 protocol=any@14 \
             ports=[0-65535@14] sources=[] destinations=[0.0.0.0/0@17] priority=100@12 effective=true@11",
            "aws_network_acl_rule.r of aws_network_acl.a direction=ingress@20 access=allow@23 protocol=tcp@24 \
             ports=[22@25] sources=[0.0.0.0/0@27] destinations=[] priority=200@22 effective=false@23",
            "aws_network_acl_rule.s of aws_network_acl.a direction=ingress@32 access=allow@33 protocol=tcp@34 \
             ports=[443@35] sources=[0.0.0.0/0@37] destinations=[] priority=50@31 effective=true@33",
        ]
    );
}
