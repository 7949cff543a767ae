resource "aws_transfer_server" "files" { # ! aws-transfer-public
  protocols = ["SFTP"]
}
