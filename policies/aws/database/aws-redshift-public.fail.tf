resource "aws_redshift_cluster" "sales" {
  cluster_identifier        = "sales"
  node_type                 = "ra3.large"
  master_username           = "sales_admin"
  manage_master_password    = true
  encrypted                 = true
  kms_key_id                = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  publicly_accessible       = true # ! aws-redshift-public
  enhanced_vpc_routing      = true
  cluster_subnet_group_name = "private"
  port                      = 5440
}
