resource "aws_config_configuration_aggregator" "main" { # ! aws-config-aggregator-regions
  name = "main"

  organization_aggregation_source {
    role_arn = "arn:aws:iam::111122223333:role/config"
  }
}
