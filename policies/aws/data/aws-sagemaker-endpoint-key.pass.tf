resource "aws_sagemaker_endpoint_configuration" "model" {
  name        = "model"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

  production_variants {
    variant_name = "main"
    model_name   = "model"
  }
}
