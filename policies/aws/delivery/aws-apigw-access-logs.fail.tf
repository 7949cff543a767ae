resource "aws_api_gateway_stage" "prod" { # ! aws-apigw-access-logs
  stage_name            = "prod"
  rest_api_id           = "a1b2c3d4e5"
  deployment_id         = "abc123"
  xray_tracing_enabled  = true
  client_certificate_id = "abc123"
}
