resource "aws_wafv2_web_acl" "shop" { # ! aws-wafv2-logging
  name  = "shop"
  scope = "REGIONAL"

  default_action {
    allow {}
  }
}
