resource "aws_emr_cluster" "jobs" {
  name                   = "jobs"
  release_label          = "emr-7.3.0"
  service_role           = "arn:aws:iam::111122223333:role/emr"
  security_configuration = "encrypted"
}
