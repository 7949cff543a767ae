resource "aws_config_configuration_recorder" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group { # ! aws-config-recorder-global
    all_supported = true
  }
}
