resource "aws_ssm_document" "update" {
  name          = "update"
  document_type = "Command"
  content       = file("update.json")

  permissions = {
    type        = "Share"
    account_ids = "111122223333"
  }
}
