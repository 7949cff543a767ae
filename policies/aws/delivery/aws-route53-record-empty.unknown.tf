variable "addresses" {}

resource "aws_route53_record" "shop" {
  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = "shop.example.com"
  type    = "A"
  ttl     = 300
  records = var.addresses
}
