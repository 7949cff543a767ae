resource "aws_api_gateway_stage" "prod" { # ! aws-apigw-client-certificate
  stage_name           = "prod"
  rest_api_id          = "a1b2c3d4e5"
  deployment_id        = "abc123"
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
}
