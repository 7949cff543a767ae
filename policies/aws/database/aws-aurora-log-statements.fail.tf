resource "aws_rds_cluster" "orders" { # ! aws-aurora-log-statements
  cluster_identifier              = "orders"
  engine                          = "aurora-postgresql"
  master_username                 = "orders_admin"
  manage_master_user_password     = true
  storage_encrypted               = true
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.orders.name
}

resource "aws_rds_cluster_parameter_group" "orders" {
  name   = "orders"
  family = "aurora-postgresql16"

  parameter {
    name  = "log_statement"
    value = "none"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
}
