variable "keys" {
  type = set(string)
}

resource "aws_mq_broker" "orders" {
  broker_name    = "orders"
  engine_type    = "ActiveMQ"
  engine_version = "5.18"

  dynamic "encryption_options" {
    for_each = var.keys

    content {
      kms_key_id        = encryption_options.value
      use_aws_owned_key = false
    }
  }
}
