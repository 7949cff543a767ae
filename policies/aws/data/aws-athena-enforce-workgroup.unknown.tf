variable "enforce_workgroup_configuration" {}

resource "aws_athena_workgroup" "main" {
  name = "main"

  configuration {
    enforce_workgroup_configuration = var.enforce_workgroup_configuration
  }
}
