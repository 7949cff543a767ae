resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = "a1b2c3d4e5"
  stage_name  = "prod"
  method_path = "*/*"

  settings { # ! aws-apigw-cache-encrypted
    logging_level      = "ERROR"
    metrics_enabled    = true
    caching_enabled    = true
    data_trace_enabled = false
  }
}
