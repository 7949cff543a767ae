resource "aws_ebs_encryption_by_default" "account" {
  enabled = false # ! aws-ebs-encryption-by-default
}
