resource "aws_kms_key" "orders" {
  description         = "Orders"
  enable_key_rotation = true
}

module "policy" {
  source = "git::https://git.example.com/key-policy.git"
  key    = aws_kms_key.orders.id
}
