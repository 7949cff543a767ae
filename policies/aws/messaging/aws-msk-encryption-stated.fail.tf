resource "aws_msk_cluster" "events" { # ! aws-msk-encryption-stated
  cluster_name           = "events"
  kafka_version          = "3.7.x"
  number_of_broker_nodes = 3
}
