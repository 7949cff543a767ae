resource "aws_cloudformation_stack" "network" { # ! aws-cloudformation-policy
  name              = "network"
  template_url      = "https://acme-templates.s3.amazonaws.com/network.json"
  notification_arns = ["arn:aws:sns:eu-west-1:111122223333:stacks"]
}
