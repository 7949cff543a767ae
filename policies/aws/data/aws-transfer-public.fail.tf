resource "aws_transfer_server" "files" {
  endpoint_type = "PUBLIC" # ! aws-transfer-public
  protocols     = ["SFTP"]
}
