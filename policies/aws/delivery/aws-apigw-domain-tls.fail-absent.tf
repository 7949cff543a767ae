resource "aws_api_gateway_domain_name" "api" { # ! aws-apigw-domain-tls
  domain_name              = "api.example.com"
  regional_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
}
