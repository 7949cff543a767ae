resource "aws_networkfirewall_firewall" "main" { # ! aws-network-firewall-logging
  name                = "main"
  firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/main"
  vpc_id              = "vpc-0a1b2c3d4e5f67890"
  delete_protection   = true

  subnet_mapping {
    subnet_id = "subnet-0a1b2c3d4e5f67890"
  }
}
