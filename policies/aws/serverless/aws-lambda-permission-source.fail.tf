resource "aws_lambda_permission" "events" { # ! aws-lambda-permission-source
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = "orders"
  principal     = "events.amazonaws.com"
}
