resource "aws_ecs_service" "shop" {
  name                   = "shop"
  cluster                = "main"
  task_definition        = "shop"
  desired_count          = 2
  launch_type            = "FARGATE"
  enable_execute_command = false

  network_configuration {
    subnets          = ["subnet-0a1b2c3d4e5f67890"]
    assign_public_ip = false
  }
}
