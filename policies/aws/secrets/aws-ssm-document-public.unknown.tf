variable "accounts" {}

resource "aws_ssm_document" "update" {
  name          = "update"
  document_type = "Command"
  content       = file("update.json")

  permissions = {
    type        = "Share"
    account_ids = var.accounts
  }
}
