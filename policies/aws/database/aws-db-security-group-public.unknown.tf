variable "range" {}

resource "aws_db_security_group" "orders" {
  name = "orders"

  ingress {
    cidr = var.range
  }
}
