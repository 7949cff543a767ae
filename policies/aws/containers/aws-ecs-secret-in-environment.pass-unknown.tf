variable "db_password" {}

resource "aws_ecs_task_definition" "shop" {
  family       = "shop"
  network_mode = "awsvpc"

  container_definitions = jsonencode([
    {
      name                   = "shop"
      image                  = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.4.2"
      readonlyRootFilesystem = true
      privileged             = false
      environment            = [{ name = "DB_PASSWORD", value = var.db_password }]
      secrets                = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db" }]
    },
  ])

  volume {
    name = "shared"

    efs_volume_configuration {
      file_system_id     = "fs-0a1b2c3d4e5f67890"
      transit_encryption = "ENABLED"
    }
  }
}
