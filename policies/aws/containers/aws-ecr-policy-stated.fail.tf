resource "aws_ecr_repository" "shop" { # ! aws-ecr-policy-stated
  name                 = "shop"
  image_tag_mutability = "IMMUTABLE"
}
