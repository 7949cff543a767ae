resource "aws_redshift_cluster" "sales" { # ! aws-redshift-customer-key
  cluster_identifier        = "sales"
  node_type                 = "ra3.large"
  master_username           = "sales_admin"
  manage_master_password    = true
  encrypted                 = true
  publicly_accessible       = false
  enhanced_vpc_routing      = true
  cluster_subnet_group_name = "private"
  port                      = 5440
}
