resource "aws_workspaces_workspace" "desk" { # ! aws-workspaces-user-encrypted
  directory_id                   = "d-1234567890"
  bundle_id                      = "wsb-0a1b2c3d4"
  user_name                      = "ada"
  root_volume_encryption_enabled = true
  volume_encryption_key          = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
