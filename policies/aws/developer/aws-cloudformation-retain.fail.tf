resource "aws_cloudformation_stack_set_instance" "network" {
  stack_set_name = "network"
  account_id     = "111122223333"
  retain_stack   = false # ! aws-cloudformation-retain
}
