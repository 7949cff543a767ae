resource "aws_iam_access_key" "deploy" {
  user = "deploy" # ! aws-iam-two-access-keys
}

resource "aws_iam_access_key" "second" {
  user = "deploy" # ! aws-iam-two-access-keys
}
