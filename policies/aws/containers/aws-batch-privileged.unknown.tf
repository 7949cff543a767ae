variable "privileged" {}

resource "aws_batch_job_definition" "report" {
  name = "report"
  type = "container"

  container_properties = jsonencode({
    image      = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/report:1.0.0"
    privileged = var.privileged
  })
}
