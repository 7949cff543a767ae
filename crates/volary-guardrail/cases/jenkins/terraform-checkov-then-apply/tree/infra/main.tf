terraform {
  required_version = ">= 1.9"
  backend "s3" {
    bucket = "kestrel-tfstate"
    key    = "core-network/terraform.tfstate"
    region = "eu-central-1"
  }
}

resource "aws_vpc" "core" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_flow_log" "core" {
  vpc_id               = aws_vpc.core.id
  traffic_type         = "ALL"
  log_destination_type = "s3"
  log_destination      = "arn:aws:s3:::kestrel-flow-logs"
}
