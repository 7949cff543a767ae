resource "aws_db_security_group" "orders" {
  name = "orders"

  ingress {
    cidr = "0.0.0.0/0" # ! aws-db-security-group-public
  }
}
