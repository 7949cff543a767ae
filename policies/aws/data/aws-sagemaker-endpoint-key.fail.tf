resource "aws_sagemaker_endpoint_configuration" "model" { # ! aws-sagemaker-endpoint-key
  name = "model"

  production_variants {
    variant_name = "main"
    model_name   = "model"
  }
}
