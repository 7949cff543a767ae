resource "aws_athena_workgroup" "main" {
  name = "main"

  configuration {
    enforce_workgroup_configuration = false # ! aws-athena-enforce-workgroup
  }
}
