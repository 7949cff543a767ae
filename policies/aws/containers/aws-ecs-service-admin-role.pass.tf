resource "aws_ecs_service" "shop" {
  name            = "shop"
  cluster         = "main"
  task_definition = "shop"
  desired_count   = 2
  iam_role        = "arn:aws:iam::111122223333:role/load-balancing"
}
