resource "aws_cloudformation_stack" "network" { # ! aws-cloudformation-template
  name              = "network"
  policy_url        = "https://acme-templates.s3.amazonaws.com/policy.json"
  notification_arns = ["arn:aws:sns:eu-west-1:111122223333:stacks"]
}
