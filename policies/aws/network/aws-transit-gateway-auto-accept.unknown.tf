variable "auto_accept_shared_attachments" {}

resource "aws_ec2_transit_gateway" "main" {
  description                    = "main"
  auto_accept_shared_attachments = var.auto_accept_shared_attachments
}
