resource "aws_ecs_cluster" "main" { # ! aws-ecs-container-insights
  name = "main"
}
