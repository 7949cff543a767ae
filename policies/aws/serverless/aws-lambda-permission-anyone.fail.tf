resource "aws_lambda_permission" "events" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = "orders"
  principal     = "*" # ! aws-lambda-permission-anyone
  source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/orders"
}
