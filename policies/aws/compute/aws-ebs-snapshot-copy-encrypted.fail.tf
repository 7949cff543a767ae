resource "aws_ebs_snapshot_copy" "data" {
  source_snapshot_id = "snap-0a1b2c3d4e5f67890"
  source_region      = "eu-west-1"
  encrypted          = false # ! aws-ebs-snapshot-copy-encrypted
}
