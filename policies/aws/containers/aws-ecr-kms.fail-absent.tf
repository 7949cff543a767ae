resource "aws_ecr_repository" "shop" { # ! aws-ecr-kms
  name                 = "shop"
  image_tag_mutability = "IMMUTABLE"
}
