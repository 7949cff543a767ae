resource "aws_wafv2_web_acl" "shop" {
  name  = "shop"
  scope = "REGIONAL"

  default_action {
    allow {}
  }
}

module "logging" {
  source = "git::https://git.example.com/waf-logging.git"
  acl    = aws_wafv2_web_acl.shop.arn
}
