variable "auto_minor_version_upgrade" {}

variable "password" {}

resource "aws_mq_broker" "orders" {
  broker_name         = "orders"
  engine_type         = "ActiveMQ"
  engine_version      = "5.18"
  host_instance_type  = "mq.m5.large"
  publicly_accessible = false

  auto_minor_version_upgrade = var.auto_minor_version_upgrade

  encryption_options {
    kms_key_id        = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
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
