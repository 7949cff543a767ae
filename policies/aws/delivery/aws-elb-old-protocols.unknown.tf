variable "protocol" {}

resource "aws_load_balancer_policy" "tls" {
  load_balancer_name = "shop"
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"

  policy_attribute {
    name  = var.protocol
    value = "true"
  }

  policy_attribute {
    name  = "ECDHE-ECDSA-AES128-GCM-SHA256"
    value = "true"
  }
}
