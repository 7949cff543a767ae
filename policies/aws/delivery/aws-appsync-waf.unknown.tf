resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "AWS_IAM"
}

module "firewall" {
  source = "git::https://git.example.com/firewall.git"
  api    = aws_appsync_graphql_api.shop.arn
}
