resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"
}

resource "aws_api_gateway_stage" "prod" {
  stage_name            = "prod"
  rest_api_id           = aws_api_gateway_rest_api.orders.id
  deployment_id         = "abc123"
  xray_tracing_enabled  = true
  client_certificate_id = "abc123"

  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
}

module "firewall" {
  source = "git::https://git.example.com/firewall.git"
  stage  = aws_api_gateway_stage.prod.arn
}
