variable "subnets" {}

resource "aws_lambda_function" "orders" {
  function_name                  = "orders"
  role                           = "arn:aws:iam::111122223333:role/orders"
  runtime                        = "nodejs22.x"
  handler                        = "index.handler"
  filename                       = "orders.zip"
  kms_key_arn                    = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  reserved_concurrent_executions = 10
  code_signing_config_arn        = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0a1b2c3d4e5f67890"

  environment {
    variables = {
      LOG_LEVEL = "info"
    }
  }

  tracing_config {
    mode = "Active"
  }

  dead_letter_config {
    target_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
  }

  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = ["sg-0a1b2c3d4e5f67890"]
  }
}
