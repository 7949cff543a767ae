resource "aws_backup_vault" "main" { # ! aws-backup-vault-customer-key
  name = "main"
}
