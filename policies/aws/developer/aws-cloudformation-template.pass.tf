resource "aws_cloudformation_stack" "network" {
  name              = "network"
  template_url      = "https://acme-templates.s3.amazonaws.com/network.json"
  policy_url        = "https://acme-templates.s3.amazonaws.com/policy.json"
  notification_arns = ["arn:aws:sns:eu-west-1:111122223333:stacks"]
}
