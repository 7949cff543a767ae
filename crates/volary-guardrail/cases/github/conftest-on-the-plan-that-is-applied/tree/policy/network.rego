package main

import rego.v1

deny contains msg if {
  some rc in input.resource_changes
  rc.type == "aws_security_group_rule"
  "0.0.0.0/0" in rc.change.after.cidr_blocks
  rc.change.after.from_port != 443
  msg := sprintf("%s is open to the world", [rc.address])
}
