variable "all_regions" {}

resource "aws_config_configuration_aggregator" "main" {
  name = "main"

  organization_aggregation_source {
    all_regions = var.all_regions
    role_arn    = "arn:aws:iam::111122223333:role/config"
  }
}
