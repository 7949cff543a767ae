resource "aws_transfer_server" "files" {
  endpoint_type = "VPC"
  protocols     = ["SFTP"]
}
