variable "endpoint_type" {}

resource "aws_transfer_server" "files" {
  endpoint_type = var.endpoint_type
  protocols     = ["SFTP"]
}
