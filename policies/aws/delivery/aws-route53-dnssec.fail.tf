resource "aws_route53_zone" "public" { # ! aws-route53-dnssec
  name = "example.com"
}
