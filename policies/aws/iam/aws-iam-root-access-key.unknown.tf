variable "user" {}

resource "aws_iam_access_key" "deploy" {
  user   = var.user
  status = "Active"
}
