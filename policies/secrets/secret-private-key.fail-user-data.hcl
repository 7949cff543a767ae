resource "aws_instance" "web" {
  ami              = "ami-0abcdef1234567890"
  instance_type    = "t3.micro"
  user_data_base64 = "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpyRnhiS0c4cVlTZDRmaXMweFpNNDFwYjJRUzM1M0YyaFVVNk14Ulh3dXJldnh4cGhaZ2laM1FZdjRqMXRxVDdG" # ! secret-private-key
}
