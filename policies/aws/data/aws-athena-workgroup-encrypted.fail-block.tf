resource "aws_athena_workgroup" "main" {
  name = "main"

  configuration { # ! aws-athena-workgroup-encrypted
    enforce_workgroup_configuration = true
  }
}
