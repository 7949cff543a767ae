resource "aws_iam_access_key" "deploy" {
  user   = "root" # ! aws-iam-root-access-key
  status = "Active"
}
