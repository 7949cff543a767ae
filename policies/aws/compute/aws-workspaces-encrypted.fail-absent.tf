resource "aws_workspaces_workspace" "desk" { # ! aws-workspaces-encrypted
  directory_id                   = "d-1234567890"
  bundle_id                      = "wsb-0a1b2c3d4"
  user_name                      = "ada"
  root_volume_encryption_enabled = true
  user_volume_encryption_enabled = true
}
