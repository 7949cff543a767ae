variable "user" {}

resource "aws_iam_access_key" "deploy" {
  user = "deploy"
}

resource "aws_iam_access_key" "second" {
  user = var.user
}
