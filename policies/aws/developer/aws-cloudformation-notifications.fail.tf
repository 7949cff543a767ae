resource "aws_cloudformation_stack" "network" { # ! aws-cloudformation-notifications
  name         = "network"
  template_url = "https://acme-templates.s3.amazonaws.com/network.json"
  policy_url   = "https://acme-templates.s3.amazonaws.com/policy.json"
}
