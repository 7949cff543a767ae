resource "aws_athena_workgroup" "main" { # ! aws-athena-workgroup-encrypted
  name = "main"
}
