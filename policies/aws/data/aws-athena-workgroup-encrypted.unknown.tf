variable "keys" {
  type = set(string)
}

resource "aws_athena_workgroup" "main" {
  name = "main"

  configuration {
    result_configuration {
      output_location = "s3://acme-results/"

      dynamic "encryption_configuration" {
        for_each = var.keys

        content {
          encryption_option = "SSE_KMS"
          kms_key_arn       = encryption_configuration.value
        }
      }
    }
  }
}
