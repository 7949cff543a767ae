resource "aws_route53_zone" "public" { # ! aws-route53-query-log
  name = "example.com"
}
