resource "aws_kms_key" "orders" { # ! aws-kms-policy-stated
  description         = "Orders"
  enable_key_rotation = true
}
