resource "aws_lb" "shop" {
  name                       = "shop"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = ["subnet-0a1b2c3d4e5f67890", "subnet-1a1b2c3d4e5f67890"]
  drop_invalid_header_fields = true
}

resource "aws_wafv2_web_acl_association" "shop" {
  resource_arn = aws_lb.shop.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1234abcd-12ab-34cd-56ef-1234567890ab"
}
