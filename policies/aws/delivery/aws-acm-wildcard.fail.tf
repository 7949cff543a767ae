resource "aws_acm_certificate" "shop" {
  domain_name       = "*.example.com" # ! aws-acm-wildcard
  validation_method = "DNS"
}
