resource "aws_athena_database" "sales" { # ! aws-athena-database-encrypted
  name   = "sales"
  bucket = "acme-results"
}
