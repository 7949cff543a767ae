variable "kms_key_arn" {}

resource "aws_sagemaker_endpoint_configuration" "model" {
  name        = "model"
  kms_key_arn = var.kms_key_arn

  production_variants {
    variant_name = "main"
    model_name   = "model"
  }
}
