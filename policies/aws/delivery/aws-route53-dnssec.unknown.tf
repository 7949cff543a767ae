resource "aws_route53_zone" "public" {
  name = "example.com"
}

module "dnssec" {
  source = "git::https://git.example.com/dnssec.git"
  zone   = aws_route53_zone.public.id
}
