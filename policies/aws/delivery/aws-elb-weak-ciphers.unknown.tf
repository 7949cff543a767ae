variable "enabled" {}

resource "aws_load_balancer_policy" "tls" {
  load_balancer_name = "shop"
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"

  policy_attribute {
    name  = "Protocol-TLSv1.2"
    value = "true"
  }

  policy_attribute {
    name  = "DES-CBC3-SHA"
    value = var.enabled
  }
}
