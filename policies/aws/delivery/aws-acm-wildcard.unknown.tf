variable "domain" {}

resource "aws_acm_certificate" "shop" {
  domain_name       = var.domain
  validation_method = "DNS"
}
