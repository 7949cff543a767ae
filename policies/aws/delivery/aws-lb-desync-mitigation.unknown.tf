variable "desync_mitigation_mode" {}

resource "aws_lb" "shop" {
  name                       = "shop"
  load_balancer_type         = "application"
  internal                   = true
  subnets                    = ["subnet-0a1b2c3d4e5f67890", "subnet-1a1b2c3d4e5f67890"]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  desync_mitigation_mode     = var.desync_mitigation_mode

  access_logs {
    bucket  = "acme-lb-logs"
    enabled = true
  }
}
