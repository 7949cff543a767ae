resource "aws_cloudformation_stack_set_instance" "network" { # ! aws-cloudformation-retain
  stack_set_name = "network"
  account_id     = "111122223333"
}
