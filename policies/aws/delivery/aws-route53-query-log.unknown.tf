resource "aws_route53_zone" "public" {
  name = "example.com"
}

module "query_log" {
  source = "git::https://git.example.com/query-log.git"
  zone   = aws_route53_zone.public.zone_id
}
