resource "aws_load_balancer_policy" "key" {
  load_balancer_name = "shop"
  policy_name        = "key"
  policy_type_name   = "PublicKeyPolicyType"

  policy_attribute {
    name  = "PublicKey"
    value = file("key.pub")
  }
}
