resource "aws_efs_file_system" "shared" { # ! aws-efs-customer-key
  creation_token = "shared"
  encrypted      = true
}
