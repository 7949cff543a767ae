variable "keys" {
  type = set(string)
}

resource "aws_athena_database" "sales" {
  name   = "sales"
  bucket = "acme-results"

  dynamic "encryption_configuration" {
    for_each = var.keys

    content {
      encryption_option = "SSE_KMS"
      kms_key           = encryption_configuration.value
    }
  }
}
