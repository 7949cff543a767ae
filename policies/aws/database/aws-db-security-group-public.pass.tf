resource "aws_db_security_group" "orders" {
  name = "orders"

  ingress {
    cidr = "203.0.113.16/28"
  }
}
