resource "aws_ecr_repository" "shop" {
  name                 = "shop"
  image_tag_mutability = "IMMUTABLE"
}

module "access" {
  source     = "git::https://git.example.com/access.git"
  repository = aws_ecr_repository.shop.name
}
