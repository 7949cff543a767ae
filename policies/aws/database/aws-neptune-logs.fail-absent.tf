resource "aws_neptune_cluster" "graph" { # ! aws-neptune-logs
  cluster_identifier                  = "graph"
  storage_encrypted                   = true
  kms_key_arn                         = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  iam_database_authentication_enabled = true
  deletion_protection                 = true
}
