resource "aws_ecr_repository" "shop" { # ! aws-ecr-scan-on-push
  name                 = "shop"
  image_tag_mutability = "IMMUTABLE"
}
