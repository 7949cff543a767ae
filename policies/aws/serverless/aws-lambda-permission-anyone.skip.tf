resource "aws_lambda_permission" "events" {
  statement_id           = "events"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = "orders"
  principal              = "*"
  function_url_auth_type = "NONE"
}
