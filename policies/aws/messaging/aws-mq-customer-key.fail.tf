variable "password" {}

resource "aws_mq_broker" "orders" {
  broker_name         = "orders"
  engine_type         = "ActiveMQ"
  engine_version      = "5.18"
  host_instance_type  = "mq.m5.large"
  publicly_accessible = false

  auto_minor_version_upgrade = true

  encryption_options { # ! aws-mq-customer-key
    use_aws_owned_key = false
  }

  logs {
    general = true
    audit   = true
  }

  user {
    username = "orders"
    password = var.password
  }
}
