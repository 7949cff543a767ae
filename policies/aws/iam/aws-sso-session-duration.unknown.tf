variable "duration" {}

resource "aws_ssoadmin_permission_set" "ops" {
  name             = "ops"
  instance_arn     = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
  session_duration = var.duration
}
