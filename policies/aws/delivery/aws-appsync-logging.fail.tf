resource "aws_appsync_graphql_api" "shop" { # ! aws-appsync-logging
  name                = "shop"
  authentication_type = "AWS_IAM"
}
